using Monogres.Core;

namespace Monogres.Index.Names;

/// <summary>Names in what is said about the index.</summary>
internal static class NameText
{
    /// <summary>A question for the names that resemble one, or nothing.</summary>
    public static string? Near(string name, IEnumerable<string> known)
    {
        var near = NearNames.Of(name, known);
        return near.Count == 0 ? null : $"did you mean {Either(near)}?";
    }

    /// <summary><c>`a`, `b` or `c`</c>.</summary>
    public static string Either(IReadOnlyList<string> names) => Join(names, "or");

    /// <summary><c>`a`, `b` and `c`</c>.</summary>
    public static string Listed(IEnumerable<string> names) => Join([.. names], "and");

    private static string Join(IReadOnlyList<string> names, string last) => names.Count switch
    {
        0 => "none",
        1 => $"`{names[0]}`",
        _ => $"{string.Join(", ", names.Take(names.Count - 1).Select(name => $"`{name}`"))} {last} `{names[^1]}`",
    };
}
