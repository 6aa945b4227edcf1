using System.Diagnostics;
using Monogres.Core;
using Monogres.Engine;
using Monogres.Engine.Events;
using Monogres.Engine.Execution;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Plans.Roots;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Mirrors;
using Monogres.Store;
using Monogres.Store.Downloads;
using Monogres.Store.Local;
using Monogres.Store.Trees;
using Monogres.Testing;

namespace Monogres.Acceptance.Tests.Fixtures;

/// <summary>
/// A root file system with the C library of a platform, a shell, and nothing else: composed of pinned packages, and run in as a user without
/// rights. That of a platform for another processor has its C library, and of this machine's processor the shell and an emulator.
/// </summary>
internal sealed class BareRoot : IDisposable
{
    private const string Programs = "bare";

    private readonly TemporaryDirectory _directory = new();

    private readonly Platform _platform;

    private BareRoot(Platform platform) => _platform = platform;

    /// <summary>The directory that is <c>/</c> in it.</summary>
    public string Path => _directory.Path;

    /// <summary>Makes one.</summary>
    public static async Task<BareRoot> ComposeAsync(string platform)
    {
        var place = System.IO.Path.Combine(Tool.Repository, "index");
        var whole = (await IndexReader.ReadAsync(place, default)).OrThrow().Platform(PlatformName.Parse(platform));
        var bare = Bare(whole);
        using var store = LocalStore.Open(Tool.SharedStore, TimeProvider.System);
        using var handler = Downloader.NewHandler();
        using var downloader = new Downloader(store, handler, new DownloadOptions(), TimeProvider.System);
        var mirrors = DebianMirrors.Of(new MirrorSettings { Variable = Environment.GetEnvironmentVariable("MONOGRES_MIRROR"), AptDirectory = "/etc/apt" });
        var engine = new StepEngine(new EngineServices
        {
            Blobs = store.Blobs,
            Memo = store.Memo,
            Actions = store.Actions,
            Locks = store.Locks,
            Files = new PinnedDownloads(downloader, mirrors, new Silence()),
            // Composing a root runs nothing.
            Runner = new FakeActionRunner((_, _) => throw new InvalidOperationException("nothing is to be run")),
            Observer = new Silence(),
            Time = TimeProvider.System,
            Cores = 1,
        });
        var step = new SandboxRoot(bare, of => PackagesLockFile.ReadFile(System.IO.Path.Combine(place, of.Folder, PackagesLockFile.FileName), of.Name.ToString())).Step;

        var root = new BareRoot(whole);
        await root.WriteAsync(store.Blobs, (await engine.GetAsync(step, default)).Tree);
        return root;
    }

    /// <summary>Runs a script of its shell, as uid 1000.</summary>
    public async Task<Outcome> RunAsync(string script)
    {
        // Devices and processes are seen, as in a container: the loader finds `$ORIGIN` by /proc/self/exe. The files of the machine are not.
        var start = new ProcessStartInfo("unshare") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])["--user", "--map-root-user", "--mount", "sh", "-c", "mount --rbind /dev \"$1/dev\" && mount --rbind /proc \"$1/proc\" && exec unshare --user --map-user=1000 --map-group=1000 --root=\"$1\" --wd=/ /bin/sh -c \"$2\"", "sh", Path, script])
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/usr/sbin:/bin";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new Outcome(process.ExitCode, await output, await error);
    }

    /// <summary>Lets programs of the other processor in a directory be started by their names: the emulator is, with the program of that name and <c>.real</c>.</summary>
    public void Emulate(string directory)
    {
        var emulator = _platform.Cross?.Emulator ?? throw new InvalidOperationException($"programs of {_platform.Name} need no emulator");
        foreach (var program in Directory.GetFiles(directory).Where(IsBinary))
        {
            File.Move(program, $"{program}.real");
            File.WriteAllText(program, $"#!/bin/sh\nexec /{emulator} -0 \"$0\" \"$0.real\" \"$@\"\n");
            File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _directory.Dispose();

    private static Platform Bare(Platform whole)
    {
        var own = whole with { PackageSets = whole.PackageSets.SetItem(Programs, whole.Cross is null ? ["dash", "libc6"] : ["libc6"]), SandboxPackageSets = [Programs] };
        // The base of a run-time root has the emulator.
        return whole.Cross is not { } cross ? own : own with
        {
            Cross = cross with
            {
                Tools = cross.Tools with { PackageSets = cross.Tools.PackageSets.SetItem(Programs, ["dash", .. whole.RuntimePackageSets.SelectMany(set => cross.PackageSets[set]).SelectMany(set => cross.Tools.PackageSets[set])]) },
                PackageSets = cross.PackageSets.SetItem(Programs, [Programs]),
            },
        };
    }

    private static bool IsBinary(string file)
    {
        var head = new byte[4];
        using var content = File.OpenRead(file);
        return content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.AsSpan().SequenceEqual("\u007fELF"u8);
    }

    private async Task WriteAsync(IBlobStore blobs, Digest tree)
    {
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, tree, default))
        {
            var path = _directory[entry.Path.Value];
            switch (entry)
            {
                case TreeEntry.Directory:
                    Directory.CreateDirectory(path);
                    break;
                case TreeEntry.Symlink link:
                    File.CreateSymbolicLink(path, link.Target);
                    break;
                case TreeEntry.File file:
                    await File.WriteAllBytesAsync(path, await blobs.ReadAllAsync(file.Content, default));
                    if (file.Executable)
                        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
                    break;
            }
        }
    }

    private sealed class Silence : IEngineObserver
    {
        public void On(EngineEvent what)
        {
        }
    }
}
