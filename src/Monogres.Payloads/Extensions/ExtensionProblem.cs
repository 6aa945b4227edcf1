namespace Monogres.Payloads.Extensions;

/// <summary>Why an installed extension cannot work, found without running it.</summary>
/// <param name="File">The file, relative to the prefix, or what the problem is about when there is none.</param>
/// <param name="Line">The line, from 1, or null when it is about the whole file.</param>
/// <param name="Text">What is wrong, in words.</param>
public sealed record ExtensionProblem(string File, int? Line, string Text)
{
    /// <summary><c>share/extension/vector.control, line 3: …</c></summary>
    public override string ToString() => Line is { } line ? $"{File}, line {line}: {Text}" : $"{File}: {Text}";
}
