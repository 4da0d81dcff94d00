//! The JSON Schema of the document, made from the table of fields; `assets/snapshot.schema.json` is its text.

use serde_json::{Map, Value, json};

use super::ended::{ENDED_FIELDS, Silence};
use super::field::{Field, Keys};
use super::record::SCHEMA;
use super::selection::ChosenBy;
use super::shape::{Part, Presence, Shape, Unit};
use super::table::ALWAYS;
use crate::monitor::reading::Unread;
use crate::monitor::snapshot::LimitedView;
use crate::text::Text;

/// The schema (JSON Schema, draft 2020-12) of what is written with either keys. It allows members that it does not know, as
/// readers of a document have to.
pub fn json_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("urn:proclab:{}", SCHEMA.replace('/', ":")),
        "title": "Processes of a machine, as written by Proclab",
        "description": "One look at a machine. A value that could not be read is null, and `unreadable` says why. \
    Fields that were not asked for are absent. Readers ignore members that they do not know.",
        "type": "object",
        "required": ["schema", "taken_at", "cpu_percent_span", "limited_view", "host", "processes"],
        "properties": {
            "schema": {"const": SCHEMA},
            "keys": {"enum": ["zh"], "description": "how the fields of processes are called, if not by psutil's names"},
            "taken_at": {"type": "string", "format": "date-time", "description": "UTC"},
            "cpu_percent_span": {
                "type": ["number", "null"], "minimum": 0, "unit": "seconds",
                "description": "between the two readings that cpu_percent and io_rates are over; null if there was one"
            },
            "limited_view": {
                "enum": limits(),
                "description": "why not every process of the machine is here, or why not all of it can be asked (`other_pid_namespace`: \
    /proc belongs to another pid namespace, so that its pids are not those of system calls); null if all are and can"
            },
            "selection": selection(),
            "host": host(),
            "processes": {"type": "array", "description": "by pid"},
            "ended": {
                "type": ["array", "null"],
                "description": "what has ended since the document before, in the order of the ends, or what of a table that was exported has ended; null without either. \
    One that is told again, because its end was heard late, is told better"
            },
            "ended_unheard": silence(),
        },
        "if": {"required": ["keys"]},
        "then": of_records("process_zh", "ended_zh"),
        "else": of_records("process", "ended"),
        "$defs": {
            "process": process(Keys::En),
            "process_zh": process(Keys::Zh),
            "ended": ended(Keys::En),
            "ended_zh": ended(Keys::Zh),
            "reason": {"enum": Unread::ALL.map(Unread::word)},
        },
    })
}

fn of_records(process: &str, ended: &str) -> Value {
    let items = |name: &str| json!({"items": {"$ref": format!("#/$defs/{name}")}});
    json!({"properties": {"processes": items(process), "ended": items(ended)}})
}

fn limits() -> Value {
    let words = LimitedView::ALL.map(LimitedView::word);
    words
        .into_iter()
        .map(Value::from)
        .chain([Value::Null])
        .collect()
}

fn selection() -> Value {
    json!({
        "type": ["object", "null"],
        "required": ["by", "pids", "filter"],
        "properties": {
            "by": {"enum": ChosenBy::WORDS},
            "pids": {
                "type": ["array", "null"], "items": {"type": "integer", "minimum": 0},
                "description": "the pids that were named; null if none were"
            },
            "filter": {"type": ["string", "null"], "description": "the filter that they pass; null if there was none"},
        },
        "description": "of which processes it is; others were there. Null if it is of all; documents of before this was written do not have it",
    })
}

fn silence() -> Value {
    json!({
        "type": ["object", "null"],
        "required": ["code", "words"],
        "properties": {
            "code": {"enum": Silence::ALL.map(Silence::code)},
            "words": {"type": "string"},
        },
        "description": "why `ended` is null or not all, for programs and for people; null if it is all",
    })
}

/// A process that has ended: what was asked for of the fields that outlive it, and how it ended.
fn ended(keys: Keys) -> Value {
    let number = |unit: &str, help: &str| json!({"type": "number", "minimum": 0, "unit": unit, "description": help});
    let truth = |help: &str| json!({"type": "boolean", "description": help});
    let mut properties = json!({
        "ended_at": {"type": "string", "format": "date-time", "description": "UTC"},
        "is_exact": truth("true if that is the very moment; otherwise it was seen to be gone then"),
        "exit_code": {"type": ["integer", "null"], "description": "the exit status, or -N for signal N, as in Python"},
        "signal": {"type": "string", "description": "the name of the signal that ended it; absent if none did"},
        "lifetime": number("seconds", "how long it lived; as exact as its end"),
        "is_cpu_final": truth("true if cpu_times is all it used; otherwise what it had used when it was seen last"),
        "peak_rss": {
            "type": ["integer", "null"], "minimum": 0, "unit": "bytes",
            "description": "the most resident memory it is known to have had; between two looks it may have had more"
        },
    });
    let mut required = vec![
        "ended_at",
        "is_exact",
        "exit_code",
        "lifetime",
        "is_cpu_final",
        "peak_rss",
    ];
    let known = ALWAYS.iter().map(|field| field.name).chain(ENDED_FIELDS);
    for field in Field::every().filter(|field| known.clone().any(|name| name == field.name)) {
        let key = field.key(keys);
        properties[key] = json!({"$ref": format!("#/$defs/process/properties/{}", field.name)});
        if ALWAYS.contains(field) {
            required.push(key);
        }
    }
    for notes in ["unreadable", "lossy"] {
        properties[notes] = json!({"$ref": format!("#/$defs/process/properties/{notes}")});
    }
    json!({"type": "object", "required": required, "properties": properties})
}

fn process(keys: Keys) -> Value {
    let mut properties = Map::new();
    // As all of the schema: it is documentation, and does not follow the language.
    let text = Text::english();
    for field in Field::every() {
        let schema = if keys == Keys::En {
            let mut schema = of_shape(field.shape, !ALWAYS.contains(field));
            annotate(&mut schema, &field.help(&text), field.shape);
            schema.into()
        } else {
            json!({"$ref": format!("#/$defs/process/properties/{}", field.name)})
        };
        properties.insert(field.key(keys).to_owned(), schema);
    }
    let names = json!({"type": "array", "items": {"type": "string"}});
    let mut more = |name: &str, mut schema: Value, help: &str| {
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("description".to_owned(), help.into());
        }
        properties.insert(name.to_owned(), schema);
    };
    more(
        "unreadable",
        json!({"type": "object", "additionalProperties": {"$ref": "#/$defs/reason"}}),
        "why a field is null, by its key, or by its key and a part's name with a dot between",
    );
    more(
        "lossy",
        names.clone(),
        "fields with bytes that were not UTF-8 and became U+FFFD",
    );
    more("cut", names, "lists that hold only their first items");
    json!({
        "type": "object",
        "required": ALWAYS.map(|field| field.key(keys)),
        "properties": properties,
    })
}

fn host() -> Value {
    let number =
        |help: &str| json!({"type": ["number", "null"], "minimum": 0, "description": help});
    let bytes = || json!({"type": ["integer", "null"], "minimum": 0, "unit": "bytes"});
    let with_help = |mut schema: Value, help: &str| {
        schema["description"] = help.into();
        schema
    };
    json!({
        "type": "object",
        "required": ["name", "system", "boot_id"],
        "properties": {
            "name": {"type": "string"},
            "system": {"type": "string"},
            "boot_id": {"type": ["string", "null"], "description": "changes with every boot; earlier versions write it empty if unknown"},
            "cpu_count": {"type": ["integer", "null"], "minimum": 0, "description": "CPUs that are online"},
            "usable_cpu_count": {"type": ["integer", "null"], "minimum": 0, "description": "CPUs that the one who asked may use"},
            "cpu_percent": number("of all CPUs together, 0 to 100"),
            "cpu_percent_per_core": {"type": ["array", "null"], "items": number("of one, 0 to 100")},
            "memory_total": bytes(),
            "memory_available": bytes(),
            "memory_used": bytes(),
            "swap_total": bytes(),
            "swap_used": bytes(),
            "cgroup_memory_limit": with_help(bytes(), "what the control group of the one who asked (its container's) may use; null if nothing bounds it"),
            "cgroup_memory_used": with_help(bytes(), "what all processes of that group use of it"),
            "cgroup_cpu_limit": number("how many CPUs' time that group may use; null if nothing bounds it"),
            "load_average": {
                "type": ["array", "null"], "items": number("over 1, 5 and 15 minutes"), "minItems": 3, "maxItems": 3
            },
            "uptime": number("seconds since boot"),
            "unreadable": {"type": "object", "additionalProperties": {"$ref": "#/$defs/reason"}},
        },
    })
}

fn of_shape(shape: Shape, is_nullable: bool) -> Map<String, Value> {
    let mut schema = Map::new();
    let mut set = |key: &str, value: Value| {
        schema.insert(key.to_owned(), value);
    };
    let kind = match shape {
        Shape::Text => "string",
        Shape::Truth => "boolean",
        Shape::Signed => "integer",
        Shape::Whole(_) => {
            set("minimum", 0.into());
            "integer"
        }
        Shape::Number(_) => {
            set("minimum", 0.into());
            "number"
        }
        Shape::Parts(parts) => {
            let (properties, required) = of_parts(parts);
            set("properties", properties.into());
            set("required", required.into());
            "object"
        }
        Shape::List(item) => {
            set("items", of_shape(*item, false).into());
            "array"
        }
        Shape::Items(parts) => {
            let (properties, required) = of_parts(parts);
            set(
                "items",
                json!({"type": "object", "properties": properties, "required": required}),
            );
            "array"
        }
        Shape::ByName(value) => {
            set("additionalProperties", of_shape(*value, false).into());
            "object"
        }
        Shape::Address => {
            let ip = json!({
                "type": "object", "required": ["ip", "port"],
                "properties": {"ip": {"type": "string"}, "port": {"type": "integer", "minimum": 0}},
            });
            set("anyOf", json!([ip, {"type": "string"}, {"type": "null"}]));
            return schema;
        }
    };
    let kind = if is_nullable {
        json!([kind, "null"])
    } else {
        kind.into()
    };
    set("type", kind);
    schema
}

fn of_parts(parts: &[Part]) -> (Map<String, Value>, Vec<&'static str>) {
    let mut properties = Map::new();
    for part in parts {
        let is_nullable = matches!(part.presence, Presence::MayBeNull | Presence::SinceLater);
        let mut schema = of_shape(part.shape, is_nullable);
        annotate(&mut schema, part.help, part.shape);
        properties.insert(part.name.to_owned(), schema.into());
    }
    let always = parts
        .iter()
        .filter(|part| !matches!(part.presence, Presence::InDetail | Presence::SinceLater));
    (properties, always.map(|part| part.name).collect())
}

fn annotate(schema: &mut Map<String, Value>, help: &str, shape: Shape) {
    schema.insert("description".to_owned(), help.into());
    if let Some(unit) = Unit::words(shape.unit()) {
        schema.insert("unit".to_owned(), unit.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITTEN: &str = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/assets/snapshot.schema.json"
    ));

    #[test]
    fn the_file_is_what_the_table_says() {
        let made = serde_json::to_string_pretty(&json_schema()).unwrap() + "\n";
        assert!(
            made == WRITTEN,
            "write this into assets/snapshot.schema.json (proclab snapshot --schema):\n{made}"
        );
    }
}
