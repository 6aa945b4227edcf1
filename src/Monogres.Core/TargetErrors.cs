namespace Monogres.Core;

/// <summary>Why a text is not a target pattern.</summary>
/// <param name="Text">The whole text.</param>
/// <param name="Position">The character, counted from 0, where something else was expected; the length of the text for its end.</param>
/// <param name="Expected">What was expected there, as a noun.</param>
public sealed record TargetSyntaxError(string Text, int Position, string Expected);

/// <summary>The errors in naming a target.</summary>
public static class TargetErrors
{
    /// <summary>The text is not a target; a line under it points at the place.</summary>
    public static UserErrorException Malformed(TargetSyntaxError error) => new(
        $"`{error.Text}` is not a target: expected {error.Expected}",
        "write `postgres@15`, `postgres@15.18+minimal`, `postgres@15..18`, `pgvector/postgres@17` or `all`",
        error.Text.Length == 0 ? [] : [error.Text, new string(' ', error.Position) + "^"])
    { ExitCode = ExitCode.Usage };
}
