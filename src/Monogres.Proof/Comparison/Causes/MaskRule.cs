using System.Text.RegularExpressions;
using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>A cause that leaves texts of a recognisable form: with all of them blotted out, both sides are equal.</summary>
public abstract class MaskRule : CauseRule
{
    /// <summary>Milliseconds. No pattern here comes near to it on a text of the length that evidence has, on the busiest machine: what is found must not depend on how busy it is.</summary>
    internal const int Timeout = 600_000;

    /// <summary>How every pattern is read.</summary>
    protected const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>Recognises the texts.</summary>
    protected abstract Regex Pattern { get; }

    /// <summary>What stands for a text that was recognised; nothing where it may also be absent on one side.</summary>
    protected virtual string Blot => "\u0001";

    /// <summary>Whether what the pattern recognises is one, where a pattern cannot tell.</summary>
    protected virtual bool Is(Match match) => true;

    /// <summary>The text with all that is recognised blotted out.</summary>
    public string Mask(string text) => Pattern.Replace(text, match => Is(match) ? Blot : match.Value);

    /// <inheritdoc/>
    public override Cause? Explain(Evidence evidence)
    {
        if (evidence is not Evidence.Texts(var where, var one, var other))
            return null;

        // The name of a field tells what its value is; it is the same on both sides.
        var (first, second) = ($"{where}: {one}", $"{where}: {other}");
        return string.Equals(Mask(first), Mask(second), StringComparison.Ordinal) ? Recognised(first, second) : null;
    }

    /// <summary>The cause with the first texts that differ; null when those of both sides are the same.</summary>
    internal Cause? Recognised(string one, string other)
    {
        string[] here = [.. Found(one)], there = [.. Found(other)];
        if (here.SequenceEqual(there, StringComparer.Ordinal))
            return null;
        if (here.Length != there.Length)
            return Found(string.Join(' ', here), string.Join(' ', there));

        var (first, second) = here.Zip(there).First(pair => !string.Equals(pair.First, pair.Second, StringComparison.Ordinal));
        return Found(first, second);
    }

    private IEnumerable<string> Found(string text) => Pattern.Matches(text).Where(Is).Select(match => match.Value.Trim());
}
