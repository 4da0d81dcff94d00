//! What there is to know about a field of the document.

use serde::{Deserialize, Serialize};

use super::shape::Shape;
use super::table::{ALWAYS, FIELDS};
use crate::text::Text;

/// A field of a process in the document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    /// Its name: psutil's, where it has one.
    pub name: &'static str,
    /// Its label in Chinese: the tutorial's, where it has one.
    pub zh: &'static str,
    /// What has to be read for it.
    pub source: FieldSource,
    /// What its value looks like, with its unit.
    pub shape: Shape,
}

/// What has to be read for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldSource {
    /// A row of the table: it comes without being asked for.
    Row,
    /// A row of the table, and what its figure needs beyond that: it comes when asked for.
    RowAsked,
    /// Everything about the process.
    Detail,
    /// The same, and `all` does not bring it.
    DetailApart,
}

impl Field {
    /// True if it comes without being asked for.
    pub const fn is_default(&self) -> bool {
        matches!(self.source, FieldSource::Row)
    }

    /// True if a row of the table does not have it.
    pub const fn needs_detail(&self) -> bool {
        matches!(self.source, FieldSource::Detail | FieldSource::DetailApart)
    }

    /// What it is.
    pub fn help(&self, text: &Text) -> String {
        text.with(&format!("exported-{}", self.name.replace('_', "-")), &[])
    }

    /// Its key in a document.
    pub const fn key(&self, keys: Keys) -> &'static str {
        match keys {
            Keys::En => self.name,
            Keys::Zh => self.zh,
        }
    }

    /// Those that always come, and then all others.
    pub fn every() -> impl Iterator<Item = &'static Self> {
        ALWAYS.iter().chain(&FIELDS)
    }
}

/// How the fields of a process are called. Parts of a field and all else in a document keep their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keys {
    /// psutil's names.
    #[default]
    En,
    /// The Chinese labels of the tutorial.
    Zh,
}

impl Keys {
    /// True for those that need not be mentioned.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The key of a field's name, or of a part of one such as `cpu_times.iowait`; of what is no field, itself.
    pub fn key_of(self, name: &str) -> String {
        renamed(name, |head| {
            let field = Field::every().find(|field| field.name == head);
            field.map(|field| field.key(self))
        })
    }

    /// The name behind a key, in whichever language it is.
    pub fn name_of(key: &str) -> String {
        renamed(key, |head| {
            let field = Field::every().find(|field| field.zh == head);
            field.map(|field| field.name)
        })
    }
}

fn renamed(path: &str, rename: impl Fn(&str) -> Option<&'static str>) -> String {
    let (head, rest) = match path.split_once('.') {
        Some((head, rest)) => (head, Some(rest)),
        None => (path, None),
    };
    let head = rename(head).unwrap_or(head);
    match rest {
        Some(rest) => format!("{head}.{rest}"),
        None => head.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_field_has_two_names_that_no_other_has() {
        let names: BTreeSet<_> = Field::every()
            .flat_map(|field| [field.name, field.zh])
            .collect();
        assert_eq!(names.len(), 2 * Field::every().count());
        let text = Text::english();
        for field in Field::every() {
            assert_eq!(Keys::name_of(field.zh), field.name);
            assert_eq!(Keys::name_of(field.name), field.name);
            let help = field.help(&text);
            assert!(
                !help.starts_with("exported") && !field.zh.is_ascii(),
                "{help} {field:?}"
            );
        }
    }

    #[test]
    fn parts_keep_their_names() {
        assert_eq!(Keys::Zh.key_of("cpu_times.iowait"), "执行时间.iowait");
        assert_eq!(Keys::name_of("执行时间.iowait"), "cpu_times.iowait");
        assert_eq!(Keys::Zh.key_of("unheard_of"), "unheard_of");
    }

    /// The labels of the tutorial's program, in its order.
    #[test]
    fn the_tutorials_labels() {
        let expected = [
            ("pid", "进程编号"),
            ("name", "进程名称"),
            ("exe", "执行路径"),
            ("cwd", "当前路径"),
            ("cmdline", "启动命令"),
            ("ppid", "父进程ID"),
            ("parent_name", "父进程"),
            ("status", "状态"),
            ("username", "进程用户名"),
            ("create_time", "进程创建时间"),
            ("terminal", "终端"),
            ("cpu_times", "执行时间"),
            ("memory_info", "内存信息"),
            ("open_files", "打开的文件"),
            ("connections", "相关网络连接"),
            ("num_threads", "线程数"),
            ("threads", "线程"),
            ("environ", "环境变量"),
        ];
        for (name, label) in expected {
            assert_eq!(Keys::Zh.key_of(name), label);
        }
    }
}
