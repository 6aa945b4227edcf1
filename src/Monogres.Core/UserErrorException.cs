namespace Monogres.Core;

/// <summary>
/// Something that the user can fix: wrong input, an unreachable mirror, a full disk. The message says what is wrong, the
/// details where, the hint what to do. <c>Program</c> prints it once; every other exception is a bug in Monogres.
/// Created by named factories next to their concept.
/// </summary>
/// <param name="message">One sentence without final full stop, names in back-quotes: <c>no release `99` of `postgres`</c>.</param>
/// <param name="hint">What to do about it, or null.</param>
/// <param name="details">Further lines: the file and field, each place that was tried, the last lines of a log.</param>
/// <param name="inner">The cause, for the log.</param>
public sealed class UserErrorException(string message, string? hint = null, IReadOnlyList<string>? details = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What to do about it, or null.</summary>
    public string? Hint { get; } = hint;

    /// <summary>Further lines, each shown indented under the message.</summary>
    public IReadOnlyList<string> Details { get; } = details ?? [];

    /// <summary>The exit code of the process when this ends it.</summary>
    public ExitCode ExitCode { get; init; } = ExitCode.Failed;

    /// <summary>Whether an input was unavailable everywhere: nothing is wrong with the request, and it may succeed later or with another mirror.</summary>
    public bool Unavailable { get; init; }

    /// <summary>The same error with a clause in front that says what was being done: <c>reading index/x.json: …</c></summary>
    public UserErrorException While(string doing) => new($"{doing}: {Message}", Hint, Details, this) { ExitCode = ExitCode, Unavailable = Unavailable };
}
