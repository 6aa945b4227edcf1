namespace Monogres.Testing;

/// <summary>A directory of its own for one test, removed afterwards.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory() => Path = Directory.CreateTempSubdirectory("monogres-test-").FullName;

    private TemporaryDirectory(string path) => Path = Directory.CreateDirectory(path).FullName;

    public string Path { get; }

    /// <summary>A directory on another file system than usual.</summary>
    public static TemporaryDirectory On(string parent) => new(System.IO.Path.Combine(parent, $"monogres-test-{Guid.NewGuid():n}"));

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        // The kernel leaves overlay work directories without any permission.
        foreach (var directory in Directory.EnumerateDirectories(Path, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint }))
            TryMakeWritable(directory);
        Directory.Delete(Path, recursive: true);
    }

    private static void TryMakeWritable(string directory)
    {
        try
        {
            File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (IOException)
        {
            // What cannot be changed cannot be deleted either, and Delete says so.
        }
    }
}
