using System.Runtime.CompilerServices;

namespace Monogres.Testing;

/// <summary>Compares a text with a file beside the test; <c>UPDATE_GOLDEN=1</c> rewrites the file, and a person reads the diff.</summary>
public static class Golden
{
    public static void Match(string actual, string name, [CallerFilePath] string source = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(source)!, "golden", name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }

        var expected = File.Exists(path) ? File.ReadAllText(path) : throw new FileNotFoundException($"no golden file; run the test with UPDATE_GOLDEN=1 and read the diff", path);
        if (expected != actual)
            throw new InvalidOperationException($"differs from {path}\n--- expected\n{expected}\n--- actual\n{actual}");
    }
}
