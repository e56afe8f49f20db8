//! Who wins, and what is said of a wrong file.

use clap::Parser;
use secrecy::ExposeSecret;

use super::file::parse;
use super::*;

fn resolve(arguments: &[&str], environment: &Environment, file: &str) -> anyhow::Result<Settings> {
    let arguments = Arguments::parse_from([&["leeboard"], arguments].concat());
    let file = parse("leeboard.toml", file).map_err(|what| anyhow!(what))?;
    let loaded = Loaded { file, folder: PathBuf::from("conf") };
    Settings::layered(&Flags::of(&arguments.command), environment, &loaded)
}

#[test]
fn flag_then_variable_then_file_then_default() {
    let file =
        "[server]\nlisten = \"file:1\"\nmode = \"manage\"\nidentity = \"me.toml\"\n[store]\nurl = \"s.db\"";
    let environment = Environment::from([(env::LISTEN, "variable:1"), (env::MODE, "augment")]);
    let settings = resolve(&["serve", "--listen", "flag:1"], &environment, file).unwrap();
    assert_eq!(settings.server.listen, "flag:1");
    assert_eq!(settings.server.mode, ModeName::Augment);
    assert_eq!(settings.server.fail, FailName::Open);
    assert_eq!(settings.store.url, "conf/s.db");
    assert_eq!(settings.identity.as_deref(), Some(Path::new("conf/me.toml")));
    let settings = resolve(&["serve"], &Environment::default(), "").unwrap();
    assert_eq!((settings.server.listen.as_str(), settings.store.url.as_str()), (LISTEN, STORE));
}

#[test]
fn a_wrong_variable_is_named_with_what_it_may_be() {
    let error = resolve(&["serve"], &Environment::from([(env::MODE, "loud")]), "").unwrap_err();
    insta::assert_snapshot!(error, @r#"read the variable LEEBOARD_MODE: "loud" is none of observe, augment, manage"#);
}

#[test]
fn a_wrong_file_names_line_and_field() {
    let refusal = |text: &str| parse("leeboard.toml", text).unwrap_err();
    insta::assert_snapshot!(refusal("[server]\nlisten = 5"), @"leeboard.toml:2:10: server.listen: invalid type: integer `5`, expected a string");
    insta::assert_snapshot!(refusal("[prompt]\nkeep = 0.5\nbudgett = 3"), @"leeboard.toml:3:1: prompt.budgett: unknown field `budgett`, expected one of `budget`, `keep`, `note_reserve`, `min_messages`");
    insta::assert_snapshot!(refusal("[drift.off_topic]\nat = 1.0\nwidht = 2.0"), @"leeboard.toml:3:1: drift.off_topic.widht: unknown field `widht`, expected `at` or `width`");
    insta::assert_snapshot!(refusal("[server\nlisten = 5"), @"leeboard.toml:1:8: unclosed table, expected `]`");
}

#[test]
fn a_key_in_the_file_is_refused_and_not_repeated() {
    let refusal = parse("leeboard.toml", "[model]\napi_key = \"sk-very-secret\"").unwrap_err();
    assert!(refusal.starts_with("leeboard.toml:2:11: model.api_key: secrets do not belong"), "{refusal}");
    assert!(!refusal.contains("very-secret"));
}

#[test]
fn a_key_goes_only_where_it_belongs() {
    let environment = Environment::from([(env::OPENAI_API_KEY, "sk-openai")]);
    let key = |arguments: &[&str], environment: &Environment, file: &str| {
        let settings = resolve(arguments, environment, file).unwrap();
        let key = settings.model.key.get().map(|key| key.map(|key| key.expose_secret().to_owned()));
        (settings.model.base_url, key)
    };
    let (url, sent) = key(&["chat"], &environment, "");
    assert_eq!((url.as_deref(), sent.unwrap().as_deref()), (Some(OPENAI), Some("sk-openai")));
    let (_, sent) = key(&["chat", "--base-url", "http://localhost:11434"], &environment, "");
    assert_eq!(sent.unwrap(), None);
    let file = "[model]\nbase_url = \"http://gpu:8000/v1\"\napi_key = \"env::GPU_KEY\"";
    let (_, sent) = key(&["chat"], &environment, file);
    assert!(sent.unwrap_err().to_string().contains("GPU_KEY"));
    let (_, sent) = key(&["chat"], &Environment::from([("GPU_KEY", "k")]), file);
    assert_eq!(sent.unwrap().as_deref(), Some("k"));
}

#[test]
fn values_out_of_range_are_refused() {
    let refusal = |text: &str| {
        let settings = resolve(&["serve"], &Environment::default(), text).unwrap();
        settings.core.check().unwrap_err().to_string()
    };
    assert!(refusal("[prompt]\nkeep = 1.0").contains("prompt.keep"));
    assert!(refusal("[control]\nindex = [0.6, 0.5, 0.7]").contains("control.index"));
    assert!(refusal("[drift]\noff_topic = { at = 1.0, width = 0.0 }").contains("drift.off_topic"));
}
