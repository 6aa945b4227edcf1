namespace Monogres.Core;

/// <summary>
/// A path that stays inside the directory it is relative to: segments separated by <c>/</c>, none of them empty,
/// <c>.</c> or <c>..</c>, without NUL. The root itself is the empty path.
/// </summary>
public readonly record struct RelativePath
{
    private readonly string? _value;

    // Null like that of `default`, so that every root equals every other.
    private RelativePath(string value) => _value = value.Length == 0 ? null : value;

    /// <summary>The directory itself.</summary>
    public static RelativePath Root { get; }

    /// <summary>The text, without leading or trailing slash; empty for the root.</summary>
    public string Value => _value ?? "";

    /// <summary>Whether this is the directory itself.</summary>
    public bool IsRoot => Value.Length == 0;

    /// <summary>The last segment; empty for the root.</summary>
    public string Name => Value[(Value.LastIndexOf('/') + 1)..];

    /// <summary>The path without its last segment; the root for a single segment.</summary>
    public RelativePath Parent
    {
        get
        {
            var slash = Value.LastIndexOf('/');
            return slash < 0 ? Root : new RelativePath(Value[..slash]);
        }
    }

    /// <summary>The segments from the top.</summary>
    public string[] Segments => IsRoot ? [] : Value.Split('/');

    /// <summary>Reads a path strictly: exactly the form that <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, out RelativePath path)
    {
        path = default;
        if (text.Length == 0)
            return true;

        foreach (var range in text.AsSpan().Split('/'))
        {
            if (!IsSegment(text.AsSpan()[range]))
                return false;
        }

        path = new RelativePath(text);
        return true;
    }

    /// <summary>Reads a path strictly: exactly the form that <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">The path is absolute, or leaves its directory, or is not in normal form.</exception>
    public static RelativePath Parse(string text) => TryParse(text, out var path)
        ? path
        : throw new FormatException($"'{text}' is not a relative path in normal form (no leading slash, no empty segment, no '.' or '..').");

    /// <summary>
    /// Reads a path as archives and symbolic links write it, relative to <paramref name="from"/>: <c>.</c> and empty
    /// segments are dropped, <c>..</c> goes up, a leading slash starts at the root. False when it leaves the root.
    /// </summary>
    public static bool TryResolve(RelativePath from, string text, out RelativePath path)
    {
        path = default;
        var segments = text.StartsWith('/') ? [] : new List<string>(from.Segments);
        foreach (var range in text.AsSpan().Split('/'))
        {
            var segment = text.AsSpan()[range];
            if (segment.Length == 0 || segment is ".")
                continue;

            if (segment is "..")
            {
                if (segments.Count == 0)
                    return false;

                segments.RemoveAt(segments.Count - 1);
                continue;
            }

            if (!IsSegment(segment))
                return false;

            segments.Add(segment.ToString());
        }

        path = new RelativePath(string.Join('/', segments));
        return true;
    }

    /// <summary>Whether the text can be the name of one directory entry.</summary>
    public static bool IsSegment(ReadOnlySpan<char> text) =>
        text.Length > 0 && text is not "." and not ".." && text.IndexOfAny('/', '\0') < 0;

    /// <summary>The path of <paramref name="other"/> inside this directory.</summary>
    public RelativePath Combine(RelativePath other) =>
        IsRoot ? other : other.IsRoot ? this : new RelativePath($"{Value}/{other.Value}");

    /// <summary>The entry of that name inside this directory.</summary>
    /// <exception cref="FormatException">The name is not a single segment.</exception>
    public RelativePath Child(string name) => IsSegment(name)
        ? new RelativePath(IsRoot ? name : $"{Value}/{name}")
        : throw new FormatException($"'{name}' cannot be the name of a directory entry.");

    /// <summary>Whether this path is <paramref name="directory"/> or lies inside it.</summary>
    public bool IsWithin(RelativePath directory) => directory.IsRoot
        || (Value.StartsWith(directory.Value, StringComparison.Ordinal)
            && (Value.Length == directory.Value.Length || Value[directory.Value.Length] == '/'));

    /// <summary>The text of a symbolic link in this directory that points to <paramref name="target"/>.</summary>
    public string LinkTo(RelativePath target)
    {
        string[] here = Segments, there = target.Segments;
        var common = 0;
        while (common < here.Length && common < there.Length && string.Equals(here[common], there[common], StringComparison.Ordinal))
            common++;

        var steps = Enumerable.Repeat("..", here.Length - common).Concat(there.Skip(common)).ToArray();
        return steps.Length == 0 ? "." : string.Join('/', steps);
    }

    /// <summary>The text, without leading or trailing slash; empty for the root.</summary>
    public override string ToString() => Value;
}
