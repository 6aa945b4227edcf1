namespace Monogres.Core;

/// <summary>The name of a project in the index: a lower-case letter, then lower-case letters, digits, <c>-</c> and <c>_</c>.</summary>
public readonly record struct ProjectName : IComparable<ProjectName>
{
    private readonly string? _value;

    private ProjectName(string value) => _value = value;

    /// <summary>The text.</summary>
    public string Value => _value ?? "";

    /// <summary>Reads a name, such as <c>pgvector</c>.</summary>
    public static bool TryParse(string text, out ProjectName name)
    {
        var good = NameRules.IsName(text);
        name = good ? new ProjectName(text) : default;
        return good;
    }

    /// <summary>Reads a name, such as <c>pgvector</c>.</summary>
    /// <exception cref="FormatException">The text cannot be such a name.</exception>
    public static ProjectName Parse(string text) => TryParse(text, out var name)
        ? name
        : throw new FormatException($"'{text}' is not a name such as 'pgvector' (lower-case letters, digits, '-' and '_', a letter first).");

    /// <summary>Orders by the bytes of the text.</summary>
    public int CompareTo(ProjectName other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>The text.</summary>
    public override string ToString() => Value;

    /// <summary>Orders by the bytes of the text.</summary>
    public static bool operator <(ProjectName left, ProjectName right) => left.CompareTo(right) < 0;

    /// <summary>Orders by the bytes of the text.</summary>
    public static bool operator >(ProjectName left, ProjectName right) => left.CompareTo(right) > 0;

    /// <summary>Orders by the bytes of the text.</summary>
    public static bool operator <=(ProjectName left, ProjectName right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by the bytes of the text.</summary>
    public static bool operator >=(ProjectName left, ProjectName right) => left.CompareTo(right) >= 0;
}
