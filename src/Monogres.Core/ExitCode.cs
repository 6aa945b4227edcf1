namespace Monogres.Core;

/// <summary>How the process ends; documented in <c>docs/reference/exit-codes.md</c>, and stable.</summary>
public enum ExitCode
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>The work failed, or the input needs a change.</summary>
    Failed = 1,

    /// <summary>Usage error: the command line is invalid.</summary>
    Usage = 2,

    /// <summary>Built, but not identical to what was expected.</summary>
    NotIdentical = 3,

    /// <summary>A bug in Monogres.</summary>
    Bug = 70,

    /// <summary>Interrupted (Ctrl-C).</summary>
    Interrupted = 130,
}
