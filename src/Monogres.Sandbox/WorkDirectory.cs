using System.Collections.Immutable;
using System.Globalization;
using Monogres.Core;
using Monogres.Sandbox.Linux;
using Monogres.Sandbox.Roots;
using Monogres.Store;
using Monogres.Store.Disk;
using Monogres.Store.Local;

namespace Monogres.Sandbox;

/// <summary>
/// Where one sandbox lives on disk: the overlay's directories, links to the layers by short names, the logs. Holds the
/// leases of its layers.
/// </summary>
internal sealed class WorkDirectory : IDisposable
{
    private const uint EveryoneReads = 0x1ED; // 0755

    private readonly List<RootLease> _leases = [];

    private WorkDirectory(string path) => Path = path;

    /// <summary>The directory; absolute.</summary>
    public string Path { get; }

    /// <summary>How the root is mounted.</summary>
    public RootMount Mount { get; private init; }

    /// <summary>How many layers there are.</summary>
    public int LayerCount { get; private set; }

    /// <summary>The files of <c>/proc</c> that the command sees another content of.</summary>
    public ImmutableArray<string> MachineFiles { get; private set; } = [];

    /// <summary>What says by how many seconds the clock is ahead; null: it is not.</summary>
    public string? ClockFile { get; private set; }

    /// <summary>What the command writes to standard output.</summary>
    public string Output => $"{Path}/stdout";

    /// <summary>What the command, and before it the programs of the sandbox, write to standard error.</summary>
    public string Error => $"{Path}/stderr";

    /// <summary>The roots under the overlay, the lowest first.</summary>
    public IReadOnlyList<string> Layers => [.. _leases.Select(lease => lease.Path)];

    /// <summary>Makes an overlay over layers, the later ones above.</summary>
    /// <param name="store">Where it is made.</param>
    /// <param name="roots">Makes the layers.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="writable">The working directory of the command: what layers have there is its own.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="BlobMissingException">A part of a layer is not in the store.</exception>
    public static async Task<WorkDirectory> ForOverlayAsync(LocalStore store, RootMaterializer roots, IReadOnlyList<Digest> layers, RelativePath writable, CancellationToken cancel)
    {
        var work = new WorkDirectory(store.NewWorkPath()) { Mount = RootMount.Overlay };
        try
        {
            foreach (var layer in Distinct(layers))
                work._leases.Add(await roots.MaterialiseAsync(layer, writable, cancel));

            work.Make(["upper", "work", "merged"]);
            return work;
        }
        catch
        {
            work.Dispose();
            throw;
        }
    }

    /// <summary>Makes a read-only root with a writable copy of one directory of it.</summary>
    /// <exception cref="BlobMissingException">A part of the root is not in the store.</exception>
    public static async Task<WorkDirectory> ForReadOnlyRootAsync(LocalStore store, RootMaterializer roots, Digest root, RelativePath writable, CancellationToken cancel)
    {
        var work = new WorkDirectory(store.NewWorkPath()) { Mount = RootMount.ReadOnly };
        try
        {
            var directory = await Store.Trees.TreeWalk.FindDirectoryAsync(store.Blobs, root, writable, cancel)
                ?? throw new ArgumentException($"the input root has no directory `{writable}`", nameof(writable));
            work._leases.Add(await roots.MaterialiseAsync(root, workingDirectory: null, cancel));
            work.Make([]);
            await roots.CopyAsync(directory, $"{work.Path}/directory", cancel);
            return work;
        }
        catch
        {
            work.Dispose();
            throw;
        }
    }

    /// <summary>Where what the command writes is, below directories of the names that it sees.</summary>
    public string WrittenDirectory => Mount == RootMount.ReadOnly ? $"{Path}/directory" : $"{Path}/upper";

    /// <summary>Where what the command wrote to a path is, or would be; null when the way there leads over something that is no directory.</summary>
    /// <param name="workingDirectory">Of the command.</param>
    /// <param name="name">An entry of it.</param>
    public string? Written(RelativePath workingDirectory, string name)
    {
        if (Mount == RootMount.ReadOnly)
            return $"{Path}/directory/{name}";

        // The command may have put a symbolic link in the place of a directory, to lead us out.
        var at = $"{Path}/upper";
        foreach (var segment in workingDirectory.Segments)
        {
            at = $"{at}/{segment}";
            if (FileStatus.Of(at) is not { IsDirectory: true })
                return null;
        }

        return $"{at}/{name}";
    }

    /// <summary>Whether the command wrote nothing at a path, nor took away what a layer has there: an overlay then shows what the layers have.</summary>
    /// <param name="path">Below <c>/</c>.</param>
    public bool IsUntouched(RelativePath path)
    {
        if (Mount == RootMount.ReadOnly)
            return false;

        var at = $"{Path}/upper";
        foreach (var segment in path.Segments)
        {
            at = $"{at}/{segment}";
            if (FileStatus.Of(at) is not { } status)
                return true;
            if (!status.IsDirectory)
                return false;
        }

        return false;
    }

    /// <summary>Lets the command see the same machine everywhere.</summary>
    /// <param name="proc">Where procfs is mounted here.</param>
    /// <param name="clockOffset">By how many seconds the clock that it sees is ahead.</param>
    public void FixMachine(string proc, long clockOffset)
    {
        Check(Posix.MakeDirectory($"{Path}/machine", EveryoneReads), Path);
        MachineFiles = FixedMachine.Write($"{Path}/machine", proc);
        if (clockOffset == 0)
            return;

        ClockFile = "machine/clock";
        File.WriteAllText($"{Path}/{ClockFile}", clockOffset.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>How far the sandbox came.</summary>
    public SandboxStatus ReadStatus()
    {
        var file = $"{Path}/status";
        return SandboxStatus.Parse(File.Exists(file) ? File.ReadAllText(file) : "");
    }

    /// <summary>Whether the last words of the command are those of the C library for a full file system (<c>ENOSPC</c>).</summary>
    public bool SaysFull()
    {
        Span<byte> end = stackalloc byte[4096];
        using var log = File.OpenHandle(Error);
        var count = RandomAccess.Read(log, end, Math.Max(0, RandomAccess.GetLength(log) - end.Length));
        return end[..count].IndexOf("No space left on device"u8) >= 0;
    }

    /// <summary>Gives the layers free: the sandbox has ended.</summary>
    public void Release()
    {
        foreach (var lease in _leases)
            lease.Dispose();
    }

    /// <summary>Gives the layers free, and deletes everything.</summary>
    public void Dispose()
    {
        Release();
        ForcedDeletion.Delete(Path);
    }

    private void Make(IReadOnlyList<string> directories)
    {
        const uint ownerOnly = 0x1C0; // 0700
        Posix.MakeOwnDirectory(Path, ownerOnly);
        foreach (var name in directories)
        {
            // What the command sees as the mode of its root directory.
            Check(Posix.MakeDirectory($"{Path}/{name}", EveryoneReads), name);
            Check(Posix.ChangeMode($"{Path}/{name}", EveryoneReads), name);
        }

        LayerCount = _leases.Count;
        for (var i = 0; i < LayerCount; i++)
            Check(Posix.Symlink(_leases[LayerCount - 1 - i].Path, $"{Path}/{i}"), $"{i}");
    }

    // An overlay refuses the same layer twice, and only the uppermost place of it shows.
    private static IEnumerable<Digest> Distinct(IReadOnlyList<Digest> layers) => layers.Reverse().Distinct().Reverse();

    private static void Check(int result, string path)
    {
        if (result != 0)
            throw Posix.LastError($"make {path}");
    }
}
