using System.Collections.Immutable;
using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>The known causes of differences, in the order in which they are tried: what can only be one thing before what can be many.</summary>
public static class CauseTable
{
    /// <summary>All rules.</summary>
    public static ImmutableArray<CauseRule> All { get; } =
    [
        new BuildIdRule(),
        new UmaskRule(),
        new HardLinkRule(),
        new CompressionRule(),
        new MemberOrderRule(),
        new LinkOrderRule(),
        new LocaleRule(),
        new LineEndingsRule(),
        new TerminalWidthRule(),
        new LineOrderRule(),
        new ByteOrderRule(),

        new DigestRule(),
        new GitRule(),
        new TimeRule(),
        new TemporaryNameRule(),
        new KernelReleaseRule(),
        new ToolVersionRule(),
        new ProcessorRule(),
        new HostNameRule(),
        new UserNameRule(),
        new EnvironmentRule(),
        new BuildPathRule(),
        new ProcessorCountRule(),
        new DurationRule(),
        new PointerRule(),
        new ProcessIdRule(),
        new InodeRule(),
        new RandomRule(),

        new HashOrderRule(),
        new UninitialisedRule(),
    ];

    private static readonly ImmutableArray<MaskRule> Masks = [.. All.OfType<MaskRule>()];

    /// <summary>The cause of what was found: one that accounts for all of it, or else several that do so together; none when nothing does.</summary>
    public static ImmutableArray<Cause> Explain(Evidence evidence)
    {
        foreach (var rule in All)
        {
            if (rule.Explain(evidence) is { } cause)
                return [cause];
        }

        return evidence is Evidence.Texts(var where, var one, var other) ? Together($"{where}: {one}", $"{where}: {other}") : [];
    }

    // A line such as "built on alpha at 12:00 by bob" has several.
    private static ImmutableArray<Cause> Together(string one, string other)
    {
        var causes = ImmutableArray.CreateBuilder<Cause>();
        foreach (var rule in Masks)
        {
            if (rule.Recognised(one, other) is { } cause)
                causes.Add(cause);
            (one, other) = (rule.Mask(one), rule.Mask(other));
            if (string.Equals(one, other, StringComparison.Ordinal))
                return causes.ToImmutable();
        }

        return [];
    }
}
