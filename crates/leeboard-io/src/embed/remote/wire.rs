//! The JSON of embeddings: the request body, the answer's vectors, and what may be told of both.

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use leeboard_core::vector::Missing;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Embedding;
use crate::http;

/// The longest stretch of a text, in characters, that a server's words may share with it. Shorter
/// ones are words of the trade, like "input".
const LONGEST_ECHO: usize = 12;

#[derive(Deserialize)]
struct Answer {
    data: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    /// The place of its text; servers that leave it out answer in order.
    index: Option<usize>,
    embedding: Written,
}

/// A vector as JSON numbers, where null stands for what JSON cannot write, or as base64 of
/// little-endian `f32`, which some servers send whatever was asked for.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Numbers(Vec<Option<f32>>),
    Base64(String),
}

/// The request body for some texts.
pub(super) fn body(model: &str, dimensions: Option<usize>, texts: &[&str]) -> Value {
    let mut body = json!({"model": model, "input": texts, "encoding_format": "float"});
    if let (Some(body), Some(dimensions)) = (body.as_object_mut(), dimensions) {
        body.insert("dimensions".to_owned(), dimensions.into());
    }
    body
}

/// One embedding for each of `count` texts, in their order. Sets the width if none is known. The
/// error says what is wrong with the answer.
pub(super) fn embeddings(
    body: &[u8],
    count: usize,
    width: &OnceLock<usize>,
) -> Result<Vec<Embedding>, String> {
    let body: Value = serde_json::from_slice(body).map_err(|error| format!("it is not JSON ({error})"))?;
    if body.get("error").is_some_and(|error| !error.is_null()) {
        return Err(format!("it is an error: {}", http::message_of(&body).unwrap_or_default()));
    }
    let Answer { data } = serde_json::from_value(body)
        .map_err(|_| "it is no list of embeddings (is base_url that of an OpenAI-compatible API?)")?;
    let mut places: Vec<Option<Vec<f32>>> = vec![None; count];
    for (position, item) in data.into_iter().enumerate() {
        let index = item.index.unwrap_or(position);
        let place = places.get_mut(index).ok_or_else(|| {
            format!("it has a vector for text {index}, counted from 0, but {count} texts were sent")
        })?;
        if place.replace(values(item.embedding)?).is_some() {
            return Err(format!("it has two vectors for text {index}, counted from 0"));
        }
    }
    let vectors = places.into_iter().enumerate().map(|(index, place)| {
        place.ok_or_else(|| format!("it has no vector for text {index}, counted from 0"))
    });
    let vectors = vectors.collect::<Result<Vec<_>, _>>()?;
    check_width(&vectors, width)?;
    Ok(vectors.into_iter().map(unit).collect())
}

fn values(written: Written) -> Result<Vec<f32>, String> {
    let bytes = match written {
        Written::Numbers(numbers) => {
            return Ok(numbers.into_iter().map(|number| number.unwrap_or(f32::NAN)).collect());
        }
        Written::Base64(text) => STANDARD.decode(text).map_err(|_| "a vector is no base64")?,
    };
    let (values, rest) = bytes.as_chunks();
    if !rest.is_empty() {
        return Err("a vector in base64 is not made of four-byte numbers".to_owned());
    }
    Ok(values.iter().copied().map(f32::from_le_bytes).collect())
}

/// All have the known width; the first answer tells it.
fn check_width(vectors: &[Vec<f32>], known: &OnceLock<usize>) -> Result<(), String> {
    let Some(first) = vectors.first().map(Vec::len) else { return Ok(()) };
    if vectors.iter().any(|vector| vector.len() != first) {
        return Err("its vectors differ in how many components they have".to_owned());
    }
    if first == 0 {
        return Err("its vectors have no components".to_owned());
    }
    match *known.get_or_init(|| first) {
        known if known == first => Ok(()),
        known => Err(format!(
            "its vectors have {first} components instead of {known} (did the model change, or can it \
             not be shortened by embedding.dimensions?)"
        )),
    }
}

/// The vector at length 1; nothing for one without a direction.
fn unit(mut values: Vec<f32>) -> Embedding {
    let square: f64 = values.iter().map(|&value| f64::from(value) * f64::from(value)).sum();
    let length = square.sqrt();
    if !length.is_finite() || length < f64::from(f32::MIN_POSITIVE) {
        return Err(Missing("the endpoint's vector for the text has no direction".to_owned()));
    }
    for value in &mut values {
        *value = (f64::from(*value) / length) as f32;
    }
    Ok(values)
}

/// A server's words, unless they repeat a piece of a text: reasons are kept in records and logs,
/// where no text belongs.
pub(super) fn without_texts(said: &str, texts: &[&str]) -> String {
    let characters: Vec<char> = said.chars().collect();
    let mut stretches =
        characters.windows(LONGEST_ECHO + 1).map(|stretch| stretch.iter().collect::<String>());
    let repeats = stretches.any(|stretch| texts.iter().any(|text| text.contains(&stretch)));
    let repeats = repeats
        || texts.iter().any(|text| (5..=LONGEST_ECHO).contains(&text.chars().count()) && said.contains(text));
    if repeats { "what it said is left out, since it repeats the text".to_owned() } else { said.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &Value, count: usize) -> Result<Vec<Embedding>, String> {
        embeddings(body.to_string().as_bytes(), count, &OnceLock::new())
    }

    #[test]
    fn the_body_names_a_width_only_where_one_is_wanted() {
        assert_eq!(
            body("m", None, &["a", "b"]),
            json!({"model": "m", "input": ["a", "b"], "encoding_format": "float"})
        );
        assert_eq!(body("m", Some(3), &["a"])["dimensions"], 3);
    }

    #[test]
    fn numbers_and_base64_give_the_same_unit_vector() {
        let bytes: Vec<u8> = [3.0_f32, -4.0].iter().flat_map(|value| value.to_le_bytes()).collect();
        for written in [json!([3.0, -4]), json!(STANDARD.encode(bytes))] {
            let answer = read(&json!({"data": [{"embedding": written}]}), 1).unwrap();
            assert_eq!(answer, [Ok(vec![0.6, -0.8])]);
        }
    }

    #[test]
    fn what_has_no_direction_is_missing() {
        for written in [json!([0, 0]), json!([null, 1]), json!([1e-40, 0]), json!([1e39, 0])] {
            let answer = read(&json!({"data": [{"index": 0, "embedding": written}]}), 1);
            assert!(answer.as_ref().unwrap()[0].is_err(), "{written}: {answer:?}");
        }
    }

    #[test]
    fn words_that_repeat_a_text_are_left_out() {
        let text = "The mooring line frays where it runs over the rail.";
        let hidden = |said: &str| without_texts(said, &[text, "Petrel", "in"]) != said;
        assert!(hidden("bad input 'mooring line frays wh...'"));
        assert!(hidden("cannot embed Petrel"));
        assert!(!hidden("the input is longer than 512 tokens"));
    }
}
