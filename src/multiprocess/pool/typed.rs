//! `Pool` for typed functions: one call.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{ApplyError, ApplyOptions, Pool};
use crate::multiprocess::error::PoolError;
use crate::multiprocess::function::Function;
use crate::multiprocess::result::{AsyncResult, decode_value};

impl Pool {
    /// Runs a function in a worker and waits for its value.
    pub fn apply<A, R, E>(
        &self,
        function: &Function<A, R, E>,
        arguments: A,
    ) -> Result<R, ApplyError>
    where
        A: Serialize,
        R: DeserializeOwned + 'static,
    {
        self.refuse_in_callback(PoolError::ApplyInCallback)?;
        Ok(self.apply_async(function, arguments)?.get(None)?)
    }

    /// Puts a call of a function into the pool's queue.
    pub fn apply_async<A, R, E>(
        &self,
        function: &Function<A, R, E>,
        arguments: A,
    ) -> Result<AsyncResult<R>, PoolError>
    where
        A: Serialize,
        R: DeserializeOwned + 'static,
    {
        self.apply_async_with(function, arguments, ApplyOptions::new())
    }

    /// Puts a call of a function into the pool's queue, with callbacks, a timeout or retries.
    pub fn apply_async_with<A, R, E>(
        &self,
        function: &Function<A, R, E>,
        arguments: A,
        options: ApplyOptions<R>,
    ) -> Result<AsyncResult<R>, PoolError>
    where
        A: Serialize,
        R: DeserializeOwned + 'static,
    {
        let call = function.encoded_call(&arguments)?;
        // The arguments and what they are sent as need not both be there while others are made.
        drop(arguments);
        self.submit_call(call, decode_value, options)
    }
}
