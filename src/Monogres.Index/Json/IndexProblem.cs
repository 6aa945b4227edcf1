namespace Monogres.Index.Json;

/// <summary>One thing that is wrong in the index.</summary>
/// <param name="File">The file, relative to the index.</param>
/// <param name="Field">The path of the field, such as <c>versions["15.18"].files.tag.sha256</c>; empty for the file as a whole.</param>
/// <param name="Message">What is wrong, as the end of a sentence that begins with the field.</param>
/// <param name="Suggestion">What to do about it, or null.</param>
public sealed record IndexProblem(string File, string Field, string Message, string? Suggestion)
{
    /// <summary><c>file: field message (suggestion)</c>, on one line.</summary>
    public override string ToString() =>
        $"{File}: {(Field.Length == 0 ? "" : $"{Field} ")}{Message}{(Suggestion is null ? "" : $" ({Suggestion})")}";
}
