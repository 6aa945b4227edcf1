using Monogres.Core;
using Monogres.Packaging.Formats;

namespace Monogres.Packaging.Rpm;

/// <summary>
/// What packages are called: as PGDG's yum repositories call them, so that ours can take their place. A server with another
/// binary interface, to which extensions of PostgreSQL must not be added, has names of its own.
/// </summary>
/// <param name="Major">The major of PostgreSQL.</param>
/// <param name="Flavour">The other server: <c>debug</c>, <c>babelfish</c>; null for PostgreSQL itself.</param>
public sealed record RpmNames(int Major, string? Flavour)
{
    /// <summary>Where PGDG installs a major, and so do we.</summary>
    public RelativePath Prefix => RelativePath.Parse($"usr/pgsql-{Major}");

    /// <summary>The programs that a client needs; the names of the other packages begin with it.</summary>
    public string Client => $"postgresql{Major}{Suffix}";

    /// <summary>The libraries of clients, and those that all programs carry with them.</summary>
    public string Libraries => $"{Client}-libs";

    /// <summary>The server.</summary>
    public string Server => $"{Client}-server";

    /// <summary>The modules that come with PostgreSQL.</summary>
    public string Modules => $"{Client}-contrib";

    /// <summary>What extensions are compiled with.</summary>
    public string Development => $"{Client}-devel";

    /// <summary>The compiler of expressions.</summary>
    public string Jit => $"{Client}-llvmjit";

    /// <summary>What servers of this major with names of their own are all called; two of them cannot be installed together.</summary>
    public string AnyFlavour => $"postgresql{Major}-monogres";

    /// <summary>The names of PostgreSQL itself.</summary>
    public RpmNames Plain => this with { Flavour = null };

    private string Suffix => Flavour is null ? "" : $"-monogres-{Flavour}";

    /// <summary>A procedural language: <c>plperl</c>, <c>plpython3</c>, <c>pltcl</c>.</summary>
    public string Language(string language) => $"{Client}-{language}";

    /// <summary>An extension: <c>pgvector_17</c>. Underscores stay.</summary>
    public string Extension(string project) => $"{project}_{Major}{Suffix}";

    /// <summary>The package that has a module of the server.</summary>
    public string Module(string module) =>
        ServerContents.LanguageOf(module) is { } language ? Language(language.Name) : string.Equals(module, "plpgsql", StringComparison.Ordinal) ? Server : Modules;
}
