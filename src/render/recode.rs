//! Owns the codes of glyphs in a page's content: where a font is united with others, the
//! codes by which text names its glyphs change. May import `pdf_file`.

use std::ops::Range;

use super::pdf_file::token;

/// The content with the codes of each font, found by its name among the resources,
/// replaced; a font without any keeps its codes. `None` if the content is not as Typst
/// writes it.
pub(super) fn recode<'a>(content: &[u8], codes: &dyn Fn(&[u8]) -> Option<&'a [u16]>) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(content.len() + content.len() / 8);
    let (mut copied, mut at) = (0, 0);
    let mut strings: Vec<Range<usize>> = Vec::new();
    let mut name: Option<Range<usize>> = None;
    let (mut font, mut saved) = (None, Vec::new());
    while let Some(here) = token(content, at) {
        at = here.end;
        match &content[here.clone()] {
            b"<<" | b">>" | b"[" | b"]" => {}
            [b'(' | b'<', ..] => strings.push(here),
            [b'/', ..] => name = Some(here.start + 1..here.end),
            [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => {}
            operator => {
                match operator {
                    b"Tf" => font = codes(&content[name.clone()?]),
                    b"q" => saved.push(font),
                    b"Q" => font = saved.pop().flatten(),
                    b"Tj" | b"TJ" | b"'" | b"\"" => {
                        if let Some(font) = font {
                            for string in strings.drain(..) {
                                out.extend_from_slice(&content[copied..string.start]);
                                write_codes(&string_bytes(&content[string.clone()])?, font, &mut out)?;
                                copied = string.end;
                            }
                        }
                    }
                    // The data of an inline image are no tokens.
                    b"BI" => return None,
                    _ => {}
                }
                strings.clear();
                name = None;
            }
        }
    }
    out.extend_from_slice(&content[copied..]);
    Some(out)
}

/// Two bytes a code.
fn write_codes(string: &[u8], codes: &[u16], out: &mut Vec<u8>) -> Option<()> {
    out.push(b'<');
    for pair in string.chunks(2) {
        let &[high, low] = pair else { return None };
        let code = codes.get(usize::from(u16::from_be_bytes([high, low])))?;
        out.extend(hex_of(&code.to_be_bytes()));
    }
    out.push(b'>');
    Some(())
}

/// The hexadecimal digits of bytes.
pub(super) fn hex_of(bytes: &[u8]) -> impl Iterator<Item = u8> {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| b"0123456789ABCDEF"[usize::from(digit)])
}

/// The bytes that a string stands for, with its brackets (ISO 32000-1, 7.3.4).
pub(super) fn string_bytes(string: &[u8]) -> Option<Vec<u8>> {
    if let Some(digits) = string.strip_prefix(b"<") {
        let digits: Option<Vec<u8>> =
            digits.strip_suffix(b">")?.iter().map(|&digit| hex_digit(digit)).collect();
        return Some(
            digits?.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect(),
        );
    }
    let text = string.strip_prefix(b"(")?.strip_suffix(b")")?;
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next()? {
            b'n' => bytes.push(b'\n'),
            b'r' => bytes.push(b'\r'),
            b't' => bytes.push(b'\t'),
            b'b' => bytes.push(8),
            b'f' => bytes.push(12),
            first @ b'0'..=b'7' => {
                let mut code = u16::from(first - b'0');
                for _ in 0..2 {
                    let Some(digit) = rest.next_if(|byte| (b'0'..=b'7').contains(byte)) else { break };
                    code = code * 8 + u16::from(digit - b'0');
                }
                bytes.push(u8::try_from(code).ok()?);
            }
            other => bytes.push(other),
        }
    }
    Some(bytes)
}

fn hex_digit(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use pdf_writer::{Chunk, Name, Ref, Settings, Str};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_codes_of_a_united_font_change_and_no_others() {
        let content = b"q BT /f0 9 Tf 1 0 0 1 0 0 Tm [<00010002> -5 (\\000\\003)] TJ ET Q
/Span <</ActualText (\\000\\001)>> BDC /f1 9 Tf <0001> Tj EMC";
        let codes = [0u16, 7, 8, 300];
        let out = recode(content, &|name| (name == b"f0").then_some(&codes[..])).unwrap();
        let expected = "q BT /f0 9 Tf 1 0 0 1 0 0 Tm [<00070008> -5 <012C>] TJ ET Q
/Span <</ActualText (\\000\\001)>> BDC /f1 9 Tf <0001> Tj EMC";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn a_font_is_that_of_its_state() {
        let content = b"/f0 9 Tf q /f1 9 Tf <0001> Tj Q <0001> Tj";
        let (zero, one) = ([0u16, 2], [0u16, 3]);
        let out = recode(content, &|name| Some(if name == b"f0" { &zero[..] } else { &one[..] })).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "/f0 9 Tf q /f1 9 Tf <0003> Tj Q <0002> Tj");
    }

    #[test]
    fn a_code_that_the_font_lacks_is_refused() {
        assert!(recode(b"/f0 9 Tf <0005> Tj", &|_| Some(&[0, 1])).is_none());
        assert!(recode(b"/f0 9 Tf <00> Tj", &|_| Some(&[0, 1])).is_none());
    }

    proptest! {
        #[test]
        fn a_string_is_read_as_it_was_written(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut chunk = Chunk::with_settings(Settings { pretty: false });
            chunk.indirect(Ref::new(1)).dict().pair(Name(b"A"), Str(&bytes));
            let text = chunk.as_bytes();
            let string = &text[text.iter().position(|&it| it == b'A').unwrap() + 1..];
            let string = &string[..string.windows(9).rposition(|it| it == b">>\nendobj").unwrap()];
            prop_assert_eq!(string_bytes(string.trim_ascii_start()), Some(bytes));
        }
    }
}
