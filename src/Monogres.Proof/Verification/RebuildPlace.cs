using Monogres.Core;
using Monogres.Proof.Variations;
using Monogres.Store.Disk;

namespace Monogres.Proof.Verification;

/// <summary>
/// Where a rebuild happens: a directory with the inputs by digest, a copy of the index, and a part that is the rebuild's own.
/// Deleted afterwards with all that is in it.
/// </summary>
public sealed class RebuildPlace : IDisposable
{
    private const UnixFileMode Passed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Read = Passed | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Written = Read | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private const string Prefix = "monogres-verify-";

    private readonly string _directory;

    private RebuildPlace(string directory) => _directory = directory;

    /// <summary>The source files and packages, as <c>--source-mirror</c> takes them.</summary>
    public string Inputs => $"{_directory}/inputs";

    /// <summary>Results that the rebuild begins with (<see cref="Store.Local.StoreSeed"/>).</summary>
    public string Seed => $"{_directory}/seed";

    /// <summary>The index.</summary>
    public string Index => $"{_directory}/index";

    /// <summary>What the rebuild may write to.</summary>
    public string Own => $"{_directory}/there";

    /// <summary>Where the files of the first build are written when they are to be compared.</summary>
    public string First => $"{_directory}/here";

    /// <summary>Where archives of the rebuild are unpacked to be compared.</summary>
    public string Unpacked => $"{_directory}/unpacked";

    /// <summary>Makes one, whatever the umask is.</summary>
    /// <param name="parent">Where; an absolute path.</param>
    /// <exception cref="UserErrorException">It cannot be written.</exception>
    public static RebuildPlace Create(string parent)
    {
        try
        {
            Directory.CreateDirectory(parent);
            RemoveLeftovers(parent);
            var place = new RebuildPlace(Path.Combine(parent, $"{Prefix}{Environment.ProcessId}"));
            MakeDirectory(place._directory, Passed);
            MakeDirectory(place.Inputs, Read);
            MakeDirectory(place.Own, Written);
            MakeDirectory($"{place.Own}/t", Written);
            MakeDirectory($"{place.Own}/bin", Written);
            return place;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw VerificationErrors.NoPlace(parent, e.Message);
        }
    }

    /// <summary>Copies the index, so that it is read from another place and by another user.</summary>
    public void CopyIndex(string from) => Copy(from, Index);

    /// <summary>Adds an input: a copy, so that who rebuilds reads nothing of our store.</summary>
    /// <param name="hash">Its digest.</param>
    /// <param name="file">The file in the store.</param>
    public void AddInput(Sha256Hash hash, string file)
    {
        var directory = $"{Inputs}/by-sha256/{hash.ToString()[..2]}";
        MakeDirectory($"{Inputs}/by-sha256", Read);
        MakeDirectory(directory, Read);
        var to = $"{directory}/{hash}";
        if (!File.Exists(to))
            File.Copy(file, to);
    }

    /// <summary>Makes the directory of the rebuild's store and all above it, for every user.</summary>
    public static void MakeStore(Conditions conditions)
    {
        var at = conditions.Directory;
        foreach (var segment in conditions.Store.Split('/'))
            MakeDirectory(at = $"{at}/{segment}", Written);
    }

    /// <summary>Lets every user read the seed.</summary>
    public void OpenSeed()
    {
        foreach (var directory in (string[])[Seed, .. Directory.EnumerateDirectories(Seed)])
            File.SetUnixFileMode(directory, Read);
        foreach (var file in Directory.EnumerateFiles(Seed))
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    /// <inheritdoc/>
    public void Dispose() => ForcedDeletion.Delete(_directory);

    private static void Copy(string from, string to)
    {
        MakeDirectory(to, Read);
        foreach (var directory in Directory.EnumerateDirectories(from))
            Copy(directory, $"{to}/{Path.GetFileName(directory)}");
        foreach (var file in Directory.EnumerateFiles(from))
        {
            var copy = $"{to}/{Path.GetFileName(file)}";
            File.Copy(file, copy);
            File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
    }

    // A process that was killed has left its directory, which is large.
    private static void RemoveLeftovers(string parent)
    {
        foreach (var left in Directory.EnumerateDirectories(parent, $"{Prefix}*"))
        {
            if (!Directory.Exists($"/proc/{left[(left.LastIndexOf('-') + 1)..]}") || left.EndsWith($"-{Environment.ProcessId}", StringComparison.Ordinal))
            {
                try
                {
                    ForcedDeletion.Delete(left);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // Somebody else's.
                }
            }
        }
    }

    private static void MakeDirectory(string path, UnixFileMode mode)
    {
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, mode);
    }
}
