using System.Diagnostics.CodeAnalysis;

namespace Monogres.Core.Licenses;

/// <summary>
/// A licence expression of SPDX (<see href="https://spdx.github.io/spdx-spec/v3.0.1/annexes/spdx-license-expressions/">annex B</see>):
/// <c>MIT</c>, <c>GPL-2.0-or-later WITH Classpath-exception-2.0</c>, <c>(MIT OR Apache-2.0) AND LicenseRef-fonts</c>. Identifiers are
/// those of the SPDX list, written as there; withdrawn ones (<c>GPL-2.0</c>) do not say which versions are meant, and are refused.
/// </summary>
public abstract record SpdxExpression
{
    private protected SpdxExpression()
    {
    }

    /// <summary>One licence.</summary>
    /// <param name="Identifier">Of the list, perhaps with <c>+</c> behind it, or <c>LicenseRef-</c> and a name.</param>
    /// <param name="Exception">What is allowed besides, or null.</param>
    public sealed record License(string Identifier, string? Exception) : SpdxExpression
    {
        /// <summary>Whether it is no licence of the list.</summary>
        public bool IsReference => Identifier.StartsWith(SpdxList.Reference, StringComparison.Ordinal);

        /// <inheritdoc/>
        public override string ToString() => Exception is null ? Identifier : $"{Identifier} WITH {Exception}";
    }

    /// <summary>Both hold, for parts of one work.</summary>
    public sealed record Both(SpdxExpression Left, SpdxExpression Right) : SpdxExpression
    {
        /// <inheritdoc/>
        public override string ToString() => $"{Grouped(Left)} AND {Grouped(Right)}";

        // AND binds more tightly than OR.
        private static string Grouped(SpdxExpression side) => side is Either ? $"({side})" : side.ToString()!;
    }

    /// <summary>Whoever receives it chooses one.</summary>
    public sealed record Either(SpdxExpression Left, SpdxExpression Right) : SpdxExpression
    {
        /// <inheritdoc/>
        public override string ToString() => $"{Left} OR {Right}";
    }

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="expression">What was read.</param>
    /// <param name="problem">What is wrong: "`GPL-3` is no licence of the SPDX list".</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SpdxExpression? expression, [NotNullWhen(false)] out string? problem)
    {
        var parser = new SpdxParser(text);
        expression = parser.Read();
        problem = parser.Problem;
        return expression is not null;
    }

    /// <summary>Reads an expression.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static SpdxExpression Parse(string text) => TryParse(text, out var expression, out var problem) ? expression : throw new FormatException(problem);
}
