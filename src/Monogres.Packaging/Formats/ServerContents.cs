namespace Monogres.Packaging.Formats;

/// <summary>What is in a server that distributions put into packages of their own, whatever they call these.</summary>
internal static class ServerContents
{
    /// <summary>What a server is, for descriptions.</summary>
    public const string About =
        "PostgreSQL is a relational database system that follows the SQL standard, with transactions, foreign keys, triggers, views, stored procedures, and types, "
        + "functions and index methods that extensions add.";

    /// <summary>The libraries of clients, without the endings of their names.</summary>
    public static IReadOnlyList<string> Libraries { get; } = ["libecpg", "libecpg_compat", "libpgtypes", "libpq"];

    /// <summary>The procedural languages besides PL/pgSQL.</summary>
    public static IReadOnlyList<ServerLanguage> Languages { get; } =
        [new ServerLanguage("plperl", "plperl", "PL/Perl"), new ServerLanguage("plpython3", "plpython", "PL/Python"), new ServerLanguage("pltcl", "pltcl", "PL/Tcl")];

    /// <summary>The language that a module belongs to: itself, or transforms of the values of another module; null when it belongs to none.</summary>
    public static ServerLanguage? LanguageOf(string module) => Languages.FirstOrDefault(language =>
        string.Equals(module, language.Module, StringComparison.Ordinal) || module.EndsWith("_" + language.Module, StringComparison.Ordinal));
}

/// <summary>A procedural language.</summary>
/// <param name="Name">What distributions call it, and what its library is called: <c>plpython3</c>.</param>
/// <param name="Module">The project, whose name is part of those of its other files: <c>plpython</c>.</param>
/// <param name="Title">What people call it: <c>PL/Python</c>.</param>
internal sealed record ServerLanguage(string Name, string Module, string Title);
