using System.Runtime.CompilerServices;

namespace Monogres.Testing;

/// <summary>The repository that the tests were built from.</summary>
public static class RepositoryFiles
{
    /// <summary>Its top directory.</summary>
    public static string Top { get; } = Find();

    /// <summary>Its index.</summary>
    public static string Index => Path.Combine(Top, "index");

    /// <summary>A file or directory of it.</summary>
    public static string At(string path) => Path.Combine(Top, path);

    private static string Find([CallerFilePath] string source = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "../.."));
}
