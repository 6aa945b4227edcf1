namespace Monogres.Core.Licenses;

/// <summary>Reads one licence expression: alternatives of conjunctions of licences.</summary>
/// <param name="text">The expression.</param>
internal sealed class SpdxParser(string text)
{
    private readonly string[] _words = text.Replace("(", " ( ", StringComparison.Ordinal).Replace(")", " ) ", StringComparison.Ordinal)
        .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private int _next;

    /// <summary>What is wrong, once nothing was read.</summary>
    public string? Problem { get; private set; }

    private string? Word => _next < _words.Length ? _words[_next] : null;

    /// <summary>The whole expression, or null with a <see cref="Problem"/>.</summary>
    public SpdxExpression? Read()
    {
        var expression = Any();
        return expression is null || Word is null ? expression : Fail($"`{Word}` follows where `AND` or `OR` is expected");
    }

    // AND binds more tightly than OR.
    private SpdxExpression? Any() => Joined("OR", All, (left, right) => new SpdxExpression.Either(left, right));

    private SpdxExpression? All() => Joined("AND", One, (left, right) => new SpdxExpression.Both(left, right));

    private SpdxExpression? Joined(string by, Func<SpdxExpression?> part, Func<SpdxExpression, SpdxExpression, SpdxExpression> join)
    {
        var all = part();
        while (all is not null && Take(by))
            all = part() is { } right ? join(all, right) : null;
        return all;
    }

    private SpdxExpression? One()
    {
        if (Take("("))
        {
            var inner = Any();
            return inner is null || Take(")") ? inner : Fail("a `)` is missing");
        }

        if (Word is not { } identifier || identifier is "AND" or "OR" or "WITH" or ")")
            return Fail(Word is null ? "a licence is missing at its end" : $"`{Word}` stands where a licence is expected");
        if (!SpdxList.HasLicense(identifier))
            return Fail($"`{identifier}` is no licence of the SPDX list{Near(identifier, SpdxList.Licenses)}");

        _next++;
        if (!Take("WITH"))
            return new SpdxExpression.License(identifier, Exception: null);
        if (Word is not { } exception || !SpdxList.Exceptions.Contains(exception))
            return Fail($"`{Word}` is no exception of the SPDX list{Near(Word ?? "", SpdxList.Exceptions)}");

        _next++;
        return new SpdxExpression.License(identifier, exception);
    }

    private bool Take(string word)
    {
        if (!string.Equals(Word, word, StringComparison.Ordinal))
            return false;

        _next++;
        return true;
    }

    private SpdxExpression? Fail(string problem)
    {
        Problem ??= problem;
        return null;
    }

    private static string Near(string name, IEnumerable<string> known) =>
        known.Where(one => one.StartsWith($"{name}-", StringComparison.OrdinalIgnoreCase) || string.Equals(one, name, StringComparison.OrdinalIgnoreCase)).Concat(NearNames.Of(name, known))
            .Distinct(StringComparer.Ordinal).Take(3).ToArray() is { Length: > 0 } near
            ? $": did you mean `{string.Join("`, `", near)}`?"
            : "";
}
