//! The table of a record: a parser that takes nothing but what the format has, into slots and nodes, which are as many as
//! the table names. What they mean in Rust is for `read.rs`.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::MOST;
use super::problem::Problem;

/// A value in its place.
#[derive(Debug)]
pub(super) enum Slot<'a> {
    Null,
    Undefined,
    Hole,
    Bool(bool),
    Number(f64),
    /// In decimal digits.
    BigInt(Cow<'a, str>),
    Text(Cow<'a, str>),
    /// A text with lone surrogates, which no `str` holds.
    IllFormed,
    /// A node, counted from 0.
    Node(usize),
}

/// A value with parts. Its slots stand next to one another in the table's.
#[derive(Debug)]
pub(super) enum Node {
    /// Keys and values by turns; the keys are texts.
    Object(Range<usize>),
    /// A list or a Set.
    List(Range<usize>),
    /// A list's indices and items by turns, and its length.
    Sparse(Range<usize>, u32),
    /// Keys and values by turns.
    Map(Range<usize>),
    /// What is one slot in Rust: a Date, a URL, a boxed value.
    Single(usize),
    /// A RegExp or an Error: a slot for each of the names.
    Fields(&'static [&'static str], Range<usize>),
    Buffer(Vec<u8>),
    View(View),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    pub kind: Kind,
    /// A node.
    pub buffer: usize,
    /// In bytes.
    pub offset: usize,
    /// In items.
    pub length: usize,
}

/// A kind of view, by its items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F16,
    F32,
    F64,
}

/// The kinds, by their names in JavaScript. The items of a `DataView` are its bytes.
const KINDS: [(&str, Kind); 13] = [
    ("Int8Array", Kind::I8),
    ("Uint8Array", Kind::U8),
    ("Uint8ClampedArray", Kind::U8),
    ("Int16Array", Kind::I16),
    ("Uint16Array", Kind::U16),
    ("Int32Array", Kind::I32),
    ("Uint32Array", Kind::U32),
    ("BigInt64Array", Kind::I64),
    ("BigUint64Array", Kind::U64),
    ("Float16Array", Kind::F16),
    ("Float32Array", Kind::F32),
    ("Float64Array", Kind::F64),
    ("DataView", Kind::U8),
];

impl Kind {
    /// How many bytes an item has.
    pub const fn size(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 | Self::F16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::I64 | Self::U64 | Self::F64 => 8,
        }
    }
}

const ERRORS: [&str; 7] =
    ["Error", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError"];

/// How far a Date may be from 1970, in milliseconds.
const FURTHEST_DATE: f64 = 8.64e15;

#[derive(Debug)]
pub(super) struct Table<'a> {
    pub root: Slot<'a>,
    pub slots: Vec<Slot<'a>>,
    pub nodes: Vec<Node>,
}

impl<'a> Table<'a> {
    /// Parses a table, all of it.
    pub fn parse(text: &'a str) -> Result<Self, Problem> {
        let mut parser = Parser { text, at: 0, slots: Vec::new(), greatest: 0 };
        parser.expect(b'[')?;
        let root = parser.slot()?;
        let mut nodes = Vec::new();
        while parser.eat(b',') {
            nodes.push(parser.node()?);
        }
        parser.expect(b']')?;
        if parser.at < text.len() {
            return Err(broken("something is behind the record's table"));
        }
        if parser.greatest > nodes.len() {
            return Err(broken("the record's table names a node that is not there"));
        }
        let table = Self { root, slots: parser.slots, nodes };
        for node in &table.nodes {
            if let Node::View(View { kind, buffer, offset, length }) = node {
                let buffer = table.buffer(*buffer).ok_or_else(|| broken("a view in the record is not of a buffer"))?;
                let end = kind.size().checked_mul(*length).and_then(|length| length.checked_add(*offset));
                if offset % kind.size() != 0 || end.is_none_or(|end| end > buffer.len()) {
                    return Err(broken("a view in the record does not fit its buffer"));
                }
            }
        }
        Ok(table)
    }

    pub fn buffer(&self, nth: usize) -> Option<&[u8]> {
        match self.nodes.get(nth) {
            Some(Node::Buffer(bytes)) => Some(bytes),
            _ => None,
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    slots: Vec<Slot<'a>>,
    /// The greatest number of a node that a slot names.
    greatest: usize,
}

const fn broken(message: &'static str) -> Problem {
    Problem::malformed(message)
}

const NOT_JSON: &str = "the record's table is cut off, or no JSON of a table";
const NO_NODE: &str = "the record's table has a node that the format has not";
const NO_SLOT: &str = "the record's table has a value that the format has not";
const NO_NUMBER: &str = "the record's table has a number that the format has not there";

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn expect(&mut self, byte: u8) -> Result<(), Problem> {
        if self.eat(byte) { Ok(()) } else { Err(broken(NOT_JSON)) }
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let is_there = self.rest().starts_with(word);
        self.at += if is_there { word.len() } else { 0 };
        is_there
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// A JSON text, which is on loan where it has no escapes.
    fn string(&mut self) -> Result<Cow<'a, str>, Problem> {
        let quoted = self.rest();
        self.expect(b'"')?;
        let (mut is_plain, mut is_escaped) = (true, false);
        for byte in quoted.bytes().skip(1) {
            self.at += 1;
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => (is_plain, is_escaped) = (false, true),
                b'"' => {
                    let end = self.text.len() - self.at;
                    let quoted = quoted.get(..quoted.len() - end).unwrap_or_default();
                    return if is_plain {
                        Ok(Cow::Borrowed(quoted.get(1..quoted.len() - 1).unwrap_or_default()))
                    } else {
                        serde_json::from_str::<String>(quoted).map(Cow::Owned).map_err(|_| {
                            broken("a text in the record has an escape that is none, or that of a lone surrogate")
                        })
                    };
                }
                ..b' ' => return Err(broken("a text in the record has a control character")),
                _ => {}
            }
        }
        Err(broken(NOT_JSON))
    }

    fn digits(&mut self) -> Result<(), Problem> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(broken(NOT_JSON)) }
    }

    /// A number of JSON that is a finite double, and not -0.
    fn number(&mut self) -> Result<f64, Problem> {
        let text = self.rest();
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        let number: f64 = text.get(..self.at - start).and_then(|text| text.parse().ok()).unwrap_or(f64::NAN);
        if number.is_finite() && !(number == 0.0 && number.is_sign_negative()) {
            Ok(number)
        } else {
            Err(broken(NO_NUMBER))
        }
    }

    /// A whole number from 0 to 2^53 - 1, that this machine counts to.
    fn whole(&mut self) -> Result<usize, Problem> {
        let number = self.number()?;
        let whole = number as u64;
        let is_whole = whole as f64 == number && whole <= MOST;
        usize::try_from(whole).ok().filter(|_| is_whole).ok_or_else(|| broken(NO_NUMBER))
    }

    /// The number of a node, behind its bracket.
    fn node_number(&mut self) -> Result<usize, Problem> {
        let number = self.whole()?;
        self.greatest = self.greatest.max(number);
        self.expect(b']')?;
        number.checked_sub(1).ok_or_else(|| broken("the record's table names a node that is not there"))
    }

    /// A value anywhere but in a list.
    fn slot(&mut self) -> Result<Slot<'a>, Problem> {
        match self.item()? {
            Slot::Hole => Err(broken("a hole in the record is not in a list")),
            slot => Ok(slot),
        }
    }

    /// A value in a list: it may be a hole.
    fn item(&mut self) -> Result<Slot<'a>, Problem> {
        match self.peek() {
            Some(b'"') => Ok(Slot::Text(self.string()?)),
            Some(b'-' | b'0'..=b'9') => Ok(Slot::Number(self.number()?)),
            Some(b'[') => {
                self.at += 1;
                self.special()
            }
            _ if self.eat_word("null") => Ok(Slot::Null),
            _ if self.eat_word("true") => Ok(Slot::Bool(true)),
            _ if self.eat_word("false") => Ok(Slot::Bool(false)),
            _ => Err(broken(NO_SLOT)),
        }
    }

    /// A slot in brackets, behind the first.
    fn special(&mut self) -> Result<Slot<'a>, Problem> {
        if self.peek() != Some(b'"') {
            return Ok(Slot::Node(self.node_number()?));
        }
        let tag = self.string()?;
        let slot = match &*tag {
            "u" => Slot::Undefined,
            "h" => Slot::Hole,
            "d" => Slot::Number(match &*self.next_string()? {
                "NaN" => f64::NAN,
                "Infinity" => f64::INFINITY,
                "-Infinity" => f64::NEG_INFINITY,
                "-0" => -0.0,
                _ => return Err(broken(NO_SLOT)),
            }),
            "n" => {
                let text = self.next_string()?;
                if !is_whole(&text) {
                    return Err(broken("a bigint in the record is no whole number in digits"));
                }
                Slot::BigInt(text)
            }
            "t" if is_ill_formed(&self.next_string()?) => Slot::IllFormed,
            _ => return Err(broken(NO_SLOT)),
        };
        self.expect(b']')?;
        Ok(slot)
    }

    fn next_string(&mut self) -> Result<Cow<'a, str>, Problem> {
        self.expect(b',')?;
        self.string()
    }

    /// A text, well-formed or not.
    fn text(&mut self) -> Result<Slot<'a>, Problem> {
        match self.slot()? {
            slot @ (Slot::Text(_) | Slot::IllFormed) => Ok(slot),
            _ => Err(broken("a value in the record stands where a text has to be")),
        }
    }

    fn next_text(&mut self) -> Result<(), Problem> {
        self.expect(b',')?;
        let text = self.text()?;
        self.slots.push(text);
        Ok(())
    }

    fn node(&mut self) -> Result<Node, Problem> {
        let start = self.slots.len();
        if self.eat(b'{') {
            if !self.eat(b'}') {
                self.entries()?;
            }
            return Ok(Node::Object(start..self.slots.len()));
        }
        self.expect(b'[')?;
        let tag = self.string()?;
        let node = match &*tag {
            "o" | "0" => {
                self.pairs(Self::text)?;
                Node::Object(start..self.slots.len())
            }
            "a" => {
                self.items(Self::item)?;
                Node::List(start..self.slots.len())
            }
            "s" => {
                self.items(Self::slot)?;
                Node::List(start..self.slots.len())
            }
            "m" => {
                self.pairs(Self::slot)?;
                Node::Map(start..self.slots.len())
            }
            "A" => self.sparse(start)?,
            "D" => self.date(start)?,
            "r" => {
                self.next_text()?;
                self.next_text()?;
                Node::Fields(&["source", "flags"], start..self.slots.len())
            }
            "U" => {
                self.next_text()?;
                Node::Single(start)
            }
            "E" => self.error(start)?,
            "b" => {
                let text = self.next_string()?;
                Node::Buffer(STANDARD.decode(&*text).map_err(|_| broken("bytes in the record are not base64"))?)
            }
            "y" => self.view()?,
            "p" => {
                self.expect(b',')?;
                let slot = self.slot()?;
                if matches!(slot, Slot::Null | Slot::Undefined | Slot::Node(_)) {
                    return Err(broken("a value in the record is boxed that has no box"));
                }
                self.slots.push(slot);
                Node::Single(start)
            }
            _ => return Err(broken(NO_NODE)),
        };
        self.expect(b']')?;
        Ok(node)
    }

    /// The entries of an object, up to its end.
    fn entries(&mut self) -> Result<(), Problem> {
        loop {
            let key = self.string()?;
            self.expect(b':')?;
            let value = self.slot()?;
            self.slots.extend([Slot::Text(key), value]);
            if !self.eat(b',') {
                return self.expect(b'}');
            }
        }
    }

    fn items(&mut self, item: fn(&mut Self) -> Result<Slot<'a>, Problem>) -> Result<(), Problem> {
        while self.eat(b',') {
            let item = item(self)?;
            self.slots.push(item);
        }
        Ok(())
    }

    fn pairs(&mut self, key: fn(&mut Self) -> Result<Slot<'a>, Problem>) -> Result<(), Problem> {
        while self.eat(b',') {
            let key = key(self)?;
            self.expect(b',')?;
            let value = self.slot()?;
            self.slots.extend([key, value]);
        }
        Ok(())
    }

    fn sparse(&mut self, start: usize) -> Result<Node, Problem> {
        self.expect(b',')?;
        let length = u32::try_from(self.whole()?).map_err(|_| broken("a list in the record is too long"))?;
        let mut least = 0;
        while self.eat(b',') {
            let index = u32::try_from(self.whole()?).unwrap_or(u32::MAX);
            if index < least || index >= length {
                return Err(broken("the indices of a list in the record do not ascend below its length"));
            }
            least = index + 1;
            self.expect(b',')?;
            let item = self.slot()?;
            self.slots.extend([Slot::Number(index.into()), item]);
        }
        Ok(Node::Sparse(start..self.slots.len(), length))
    }

    fn date(&mut self, start: usize) -> Result<Node, Problem> {
        self.expect(b',')?;
        let slot = if self.eat_word("null") {
            Slot::Null
        } else {
            let milliseconds = self.number()?;
            if milliseconds as i64 as f64 != milliseconds || milliseconds.abs() > FURTHEST_DATE {
                return Err(broken(NO_NUMBER));
            }
            Slot::Number(milliseconds)
        };
        self.slots.push(slot);
        Ok(Node::Single(start))
    }

    fn error(&mut self, start: usize) -> Result<Node, Problem> {
        let name = self.next_string()?;
        if !ERRORS.contains(&&*name) {
            return Err(broken("an Error in the record has a name that is none"));
        }
        self.slots.push(Slot::Text(name));
        self.next_text()?;
        if self.eat(b',') {
            let cause = self.slot()?;
            self.slots.push(cause);
        }
        Ok(Node::Fields(&["name", "message", "cause"], start..self.slots.len()))
    }

    fn view(&mut self) -> Result<Node, Problem> {
        let name = self.next_string()?;
        let kind = KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
        let kind = kind.ok_or_else(|| broken("a view in the record is of a kind that is none"))?;
        self.expect(b',')?;
        self.expect(b'[')?;
        let buffer = self.node_number()?;
        self.expect(b',')?;
        let offset = self.whole()?;
        self.expect(b',')?;
        Ok(Node::View(View { kind, buffer, offset, length: self.whole()? }))
    }
}

/// Whether a text is a whole number in digits: `0`, or no leading zero.
pub(super) fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let are_digits = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.is_empty();
    are_digits && (!digits.starts_with('0') || text == "0")
}

/// Whether a text has lone surrogates as `\u` and four digits in lower case, at least one, and backslashes as two.
fn is_ill_formed(text: &str) -> bool {
    let (mut rest, mut any, mut high) = (text, false, false);
    while let Some((before, behind)) = rest.split_once('\\') {
        high &= before.is_empty();
        if let Some(behind) = behind.strip_prefix('\\') {
            (rest, high) = (behind, false);
            continue;
        }
        let Some((digits, behind)) = behind.strip_prefix('u').and_then(|behind| behind.split_at_checked(4)) else {
            return false;
        };
        let is_lower = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        match u16::from_str_radix(digits, 16) {
            Ok(0xd800..=0xdbff) if is_lower => high = true,
            // Behind a high one it would be half of a character.
            Ok(0xdc00..=0xdfff) if is_lower && !high => high = false,
            _ => return false,
        }
        (rest, any) = (behind, true);
    }
    any
}
