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

/// Why something does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// There is no page: this is a worker or a server.
    NoPage,
    /// The frame has no address of its own: `about:`, `data:` and `blob:` documents have no query.
    NoAddress,
    /// The browser denies it here.
    Denied,
    /// There is no room left.
    Full,
}

/// What works here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// Where the code runs.
    pub environment: Environment,
    /// Why query parameters live in memory; `None` when they live in the address.
    pub query_params: Option<Reason>,
    /// Why session storage cannot be written; `None` when it can, and survives a reload.
    pub session_state: Option<Reason>,
    /// Why cookies are blocked; `None` when they can be read and written.
    pub cookies: Option<Reason>,
}
