using System.Collections.Frozen;

namespace Monogres.Architecture.Tests;

/// <summary>What stands behind the three backquotes of a block in a document.</summary>
internal static class FenceKinds
{
    /// <summary>Blocks of commands, and what becomes of them.</summary>
    public static readonly FrozenDictionary<string, string> Commands = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["console"] = "run by `DocumentsTests`, those of one document in order in one directory",
        ["sh parsed"] = "examples of `--help`, which a test parses; they build whole ranges",
        ["sh elsewhere"] = "not run: typed on another machine, or needs a service or a network that tests do not have",
        ["sh long"] = "not run: compiles more than tests have time for",
        ["sh typed"] = "not run: typed into a program that the first line starts",
        ["sh trial"] = "not run: the trial by hand whose result the page has",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Blocks that are no commands: what a program prints, data, pictures made of letters.</summary>
    public static readonly FrozenSet<string> Others = FrozenSet.Create(StringComparer.Ordinal, "", "json", "text", "yaml");
}
