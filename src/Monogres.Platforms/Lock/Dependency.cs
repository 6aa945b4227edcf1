using System.Collections.Immutable;

namespace Monogres.Platforms.Lock;

/// <summary>One requirement: any one of the alternatives satisfies it (<c>a (&gt;= 1) | b</c>, Debian policy 7.1).</summary>
/// <param name="Alternatives">In the order of preference of the package's maintainer.</param>
public sealed record Dependency(ImmutableArray<DependencyAlternative> Alternatives)
{
    /// <summary>Reads the value of a <c>Depends</c> or <c>Pre-Depends</c> field.</summary>
    /// <exception cref="FormatException">The field does not follow policy 7.1.</exception>
    public static ImmutableArray<Dependency> ParseField(string field) =>
        [.. field.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    /// <summary>The requirement as it is written in a control file.</summary>
    public override string ToString() => string.Join(" | ", Alternatives);

    private static Dependency Parse(string text) =>
        new([.. text.Split('|', StringSplitOptions.TrimEntries).Select(DependencyAlternative.Parse)]);
}

/// <summary>A package, real or virtual, with an optional condition on its version.</summary>
/// <param name="Name">The package, or what is provided.</param>
/// <param name="Qualifier">What follows a colon (<c>any</c>, an architecture), or null.</param>
/// <param name="Relation"><c>&lt;&lt; &lt;= = &gt;= &gt;&gt;</c>, or null for every version.</param>
/// <param name="Version">The other side of the relation; null with it.</param>
public sealed record DependencyAlternative(string Name, string? Qualifier, string? Relation, DebianVersion? Version)
{
    /// <summary>Whether a version satisfies the condition.</summary>
    public bool Accepts(DebianVersion version) => Relation is null || version.Satisfies(Relation, Version!);

    /// <summary>Reads <c>name[:qualifier] [(relation version)]</c>.</summary>
    /// <exception cref="FormatException">The text is anything else; a restriction in brackets has no place in a binary package.</exception>
    public static DependencyAlternative Parse(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var head = (open < 0 ? text : text[..open]).Trim();
        var colon = head.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? head : head[..colon];
        var qualifier = colon < 0 ? null : head[(colon + 1)..];
        if (name.Length < 2 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '+' or '-' or '.') || qualifier is "")
            throw new FormatException($"'{text}' does not name a package");

        if (open < 0)
            return new DependencyAlternative(name, qualifier, null, null);

        if (!text.EndsWith(')'))
            throw new FormatException($"'{text}' does not end its version condition");

        var condition = text[(open + 1)..^1].Trim();
        var length = condition.TakeWhile(c => c is '<' or '>' or '=').Count();
        // Policy 7.1: a single < or > is an obsolete way to write <= and >=.
        var relation = condition[..length] switch
        {
            "<" => "<=",
            ">" => ">=",
            "<<" or "<=" or "=" or ">=" or ">>" => condition[..length],
            _ => throw new FormatException($"'{text}' has an unknown version condition"),
        };
        return new DependencyAlternative(name, qualifier, relation, DebianVersion.Parse(condition[length..].Trim()));
    }

    /// <summary>The alternative as it is written in a control file.</summary>
    public override string ToString() =>
        $"{Name}{(Qualifier is null ? "" : ":" + Qualifier)}{(Relation is null ? "" : $" ({Relation} {Version})")}";
}
