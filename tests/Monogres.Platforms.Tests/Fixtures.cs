using System.Runtime.CompilerServices;

namespace Monogres.Platforms.Tests;

/// <summary>Files beside a test, and the repository's own index.</summary>
internal static class Fixtures
{
    public static byte[] Bytes(string name, [CallerFilePath] string source = "") =>
        File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(source)!, "fixtures", name));

    public static string Index(string path, [CallerFilePath] string source = "")
    {
        var directory = Path.GetDirectoryName(source)!;
        while (!File.Exists(Path.Combine(directory, "Monogres.slnx")))
            directory = Path.GetDirectoryName(directory)!;
        return Path.Combine(directory, "index", path);
    }
}
