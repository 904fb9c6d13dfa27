//! What works in this environment, and why not what does not.

/// Where the code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Environment {
    /// A page.
    Browser,
    /// A worker.
    Worker,
    /// A server, a test, a command line.
    Server,
}

impl Environment {
    /// The text that JavaScript sees.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Worker => "worker",
            Self::Server => "server",
        }
    }
}

/// Where query parameters live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QueryParams {
    /// In the address.
    Url,
    /// In memory, for this page or process only.
    Memory,
}

impl QueryParams {
    /// The text that JavaScript sees.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::Memory => "memory",
        }
    }
}

/// Whether session storage can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionState {
    /// It can, and survives a reload.
    Durable,
    /// It cannot.
    Memory,
}

impl SessionState {
    /// The text that JavaScript sees.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Durable => "durable",
            Self::Memory => "memory",
        }
    }
}

/// Whether cookies can be read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cookies {
    /// They can.
    Readable,
    /// They cannot.
    Blocked,
}

impl Cookies {
    /// The text that JavaScript sees.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Readable => "readable",
            Self::Blocked => "blocked",
        }
    }
}

/// What works here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Where the code runs.
    pub environment: Environment,
    /// Where query parameters live.
    pub query_params: QueryParams,
    /// Whether session storage can be written.
    pub session_state: SessionState,
    /// Whether cookies can be read.
    pub cookies: Cookies,
    /// For each thing that does not work, its name and why.
    pub reasons: Vec<(&'static str, &'static str)>,
}
