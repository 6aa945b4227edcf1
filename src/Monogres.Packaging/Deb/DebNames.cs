using Monogres.Core;
using Monogres.Packaging.Formats;

namespace Monogres.Packaging.Deb;

/// <summary>
/// What packages are called. Those of PostgreSQL itself have the names of Debian and PGDG, and can take the place of theirs. A
/// server with another binary interface, to which their extensions must not be added, has names of its own.
/// </summary>
/// <param name="Major">The major of PostgreSQL.</param>
/// <param name="Flavour">The other server: <c>debug</c>, <c>babelfish</c>; null for PostgreSQL itself.</param>
public sealed record DebNames(int Major, string? Flavour)
{
    /// <summary>The flavour of a server, or null when extensions of PostgreSQL fit it and its extensions fit PostgreSQL.</summary>
    /// <param name="server">The project.</param>
    /// <param name="isDefault">Whether it is PostgreSQL itself, and no fork of it.</param>
    /// <param name="optionSet">The name of its options.</param>
    /// <param name="assertions">Whether it was built with assertions, with which structures and functions of the server differ.</param>
    public static string? FlavourOf(ProjectName server, bool isDefault, OptionSetName optionSet, bool assertions) => (isDefault, assertions) switch
    {
        (true, false) => null,
        (true, true) => Clean(optionSet.Value),
        (false, false) => Clean(server.Value),
        (false, true) => Clean($"{server}-{optionSet}"),
    };

    /// <summary>The server with its modules.</summary>
    public string Server => $"postgresql-{Major}{Suffix}";

    /// <summary>The programs that a client needs.</summary>
    public string Client => $"postgresql-client-{Major}{Suffix}";

    /// <summary>What extensions are compiled with.</summary>
    public string Development => $"postgresql-server-dev-{Major}{Suffix}";

    /// <summary>The compiler of expressions, where it is a package of its own.</summary>
    public string Jit => $"{Server}-jit";

    /// <summary>What stands for the version of LLVM that a server compiles expressions with.</summary>
    public string JitLlvm => $"{Server}-jit-llvm";

    /// <summary>What servers of this major with names of their own are all called; two of them cannot be installed together.</summary>
    public string AnyFlavour => $"postgresql-{Major}-monogres";

    /// <summary>The names of PostgreSQL itself.</summary>
    public DebNames Plain => this with { Flavour = null };

    private string Suffix => Flavour is null ? "" : $"-monogres-{Flavour}";

    /// <summary>A procedural language: <c>plperl</c>, <c>plpython3</c>, <c>pltcl</c>.</summary>
    public string Language(string language) => $"postgresql-{language}-{Major}{Suffix}";

    /// <summary>An extension.</summary>
    public string Extension(string project) => $"{Server}-{Clean(project)}";

    /// <summary>The package that has a module of the server.</summary>
    public string Module(string module) =>
        ServerContents.LanguageOf(module) is { } language ? Language(language.Name) : Server;

    /// <summary>The debug information of a package.</summary>
    public static string Symbols(string package) => package + "-dbgsym";

    // Policy 5.6.1: lower case letters, digits, `+`, `-` and `.`.
    private static string Clean(string name) => name.Replace('_', '-').ToLowerInvariant();
}
