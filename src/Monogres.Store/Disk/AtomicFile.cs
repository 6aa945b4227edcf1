using System.Globalization;
using System.Text;

namespace Monogres.Store.Disk;

/// <summary>
/// A file that is known by its name, for people and other programs, and is replaced as a whole: written under a temporary
/// name beside its own, then renamed. A reader sees the old content or the new one, a failure leaves the old one, and
/// several processes may write the same file. What a killed process left half-written is removed by the next one that
/// writes the file.
/// </summary>
public static class AtomicFile
{
    private const string Suffix = ".part";

    private const int LargeBuffer = 1 << 20;

    /// <summary>Replaces a file, and makes the directory above it when that is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content; when it throws, the file stays as it was.</param>
    /// <param name="cancel">Stops; the file stays as it was.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static Task WriteAsync(string path, Func<Stream, CancellationToken, Task> write, CancellationToken cancel) => ReplaceAsync(path, LargeBuffer, write, cancel);

    /// <summary>Replaces a file by a text in UTF-8; see <see cref="WriteAsync"/>.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static Task WriteTextAsync(string path, string text, CancellationToken cancel) =>
        ReplaceAsync(path, bufferSize: 0, (file, stop) => file.WriteAsync(Encoding.UTF8.GetBytes(text), stop).AsTask(), cancel);

    private static async Task ReplaceAsync(string path, int bufferSize, Func<Stream, CancellationToken, Task> write, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        RemoveLeftovers(path);
        var file = Create(path, bufferSize);
        await using (file)
        {
            try
            {
                await write(file, cancel);
                await file.FlushAsync(cancel);

                // While it is locked: nobody can take it for a leftover before it has its name.
                File.Move(file.Name, path, overwrite: true);
            }
            catch
            {
                File.Delete(file.Name);
                throw;
            }
        }
    }

    /// <summary>A new file <c>&lt;path&gt;.&lt;process&gt;.part</c>, locked as long as it is open; with <c>.1</c>, <c>.2</c>… when the name is taken (a container has the same process id, or this process writes the file twice).</summary>
    private static FileStream Create(string path, int bufferSize)
    {
        for (var attempt = 0; ; attempt++)
        {
            var owner = attempt == 0 ? $"{Environment.ProcessId}" : $"{Environment.ProcessId}.{attempt}";
            try
            {
                var file = new FileStream($"{path}.{owner}{Suffix}", FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize, useAsync: false);
                if (LibC.Stat(file.Name)?.Identity == LibC.Stat(file.SafeFileHandle, file.Name).Identity)
                    return file;

                // Somebody took it for a leftover before it was locked, and has removed it.
                file.Dispose();
            }
            catch (IOException taken) when (taken.HResult is LibC.Exists or LibC.Again)
            {
                // It is there, or somebody who takes it for a leftover has it.
            }
        }
    }

    /// <summary>Removes what killed processes left. A living one holds a lock on its file (<see cref="FileShare.None"/>), and keeps it.</summary>
    private static void RemoveLeftovers(string path)
    {
        var name = Path.GetFileName(path);
        foreach (var leftover in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, $"{name}.*{Suffix}").Where(file => IsOurs(Path.GetFileName(file), name)).ToArray())
        {
            try
            {
                using var free = new FileStream(leftover, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

                // The name can be that of another file by now, which somebody writes.
                if (LibC.Stat(leftover)?.Identity == LibC.Stat(free.SafeFileHandle, leftover).Identity)
                    File.Delete(leftover);
            }
            catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
            {
                // Somebody writes it, has just removed it, or is another user.
            }
        }
    }

    // Other files may be called `<name>.backup.part`.
    private static bool IsOurs(string leftover, string name) =>
        leftover[(name.Length + 1)..^Suffix.Length].Split('.').All(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _));
}
