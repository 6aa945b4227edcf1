namespace Monogres.Core;

/// <summary>The name of a set of PostgreSQL compile options: a lower-case letter, then lower-case letters, digits, <c>-</c> and <c>_</c>.</summary>
public readonly record struct OptionSetName : IComparable<OptionSetName>
{
    private readonly string? _value;

    private OptionSetName(string value) => _value = value;

    /// <summary>The text.</summary>
    public string Value => _value ?? "";

    /// <summary>Reads a name, such as <c>minimal</c>.</summary>
    public static bool TryParse(string text, out OptionSetName name)
    {
        var good = NameRules.IsName(text);
        name = good ? new OptionSetName(text) : default;
        return good;
    }

    /// <summary>Reads a name, such as <c>minimal</c>.</summary>
    /// <exception cref="FormatException">The text cannot be such a name.</exception>
    public static OptionSetName Parse(string text) => TryParse(text, out var name)
        ? name
        : throw new FormatException($"'{text}' is not a name such as 'minimal' (lower-case letters, digits, '-' and '_', a letter first).");

    /// <summary>Orders by the bytes of the text.</summary>
    public int CompareTo(OptionSetName other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>The text.</summary>
    public override string ToString() => Value;

    /// <summary>Orders by the bytes of the text.</summary>
    public static bool operator <(OptionSetName left, OptionSetName right) => left.CompareTo(right) < 0;

    /// <summary>Orders by the bytes of the text.</summary>
    public static bool operator >(OptionSetName left, OptionSetName right) => left.CompareTo(right) > 0;

    /// <summary>Orders by the bytes of the text.</summary>
    public static bool operator <=(OptionSetName left, OptionSetName right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by the bytes of the text.</summary>
    public static bool operator >=(OptionSetName left, OptionSetName right) => left.CompareTo(right) >= 0;
}
