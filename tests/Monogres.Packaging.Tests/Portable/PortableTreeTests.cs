using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Deb;
using Monogres.Packaging.Portable;
using Monogres.Packaging.Tests.Oci;
using Monogres.Payloads.Binaries;
using Monogres.Payloads.Tests.Binaries;
using Monogres.Platforms.Lock;
using Monogres.Store;
using Monogres.Store.Trees;
using Monogres.Testing;
using Monogres.Testing.Stores;

namespace Monogres.Packaging.Tests.Portable;

/// <summary>The functions of trees, with a stand-in for patchelf that writes small ELF files anew.</summary>
public class PortableTreeTests
{
    private static readonly RelativePath Prefix = SmallPayload.Prefix;

    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_carries_what_it_needs_with_its_data_its_texts_and_a_list()
    {
        var tree = await PortableAsync(await ServerAsync(), isServer: true);
        Golden.Match(await TextOfAsync(tree), "server.txt");
    }

    [Fact]
    public async Task An_extension_carries_what_its_server_does_not()
    {
        var server = await ServerAsync();
        var extension = await TreeAsync(("lib/postgis-3.so", Elf(["libproj.so.19", "libssl.so.1.1"], runpath: "$ORIGIN/../lib")), ("share/extension/postgis.control", "module_pathname = '$libdir/postgis-3'\n"u8.ToArray()));
        var tree = await PortableAsync(extension, isServer: false, server);
        Golden.Match(await TextOfAsync(tree), "extension.txt");

        var both = await TreeUnion.MergeAsync(_blobs, [new UnionLayer(await PortableAsync(server, isServer: true), Overrides: false), new UnionLayer(tree, Overrides: false)], Cancel);
        Assert.NotEqual(tree, both);
    }

    [Fact]
    public async Task What_an_extension_needs_of_an_interpreter_is_an_error()
    {
        var extension = await TreeAsync(("lib/plsample.so", Elf(["libperl.so.5.32"])));
        var error = await Assert.ThrowsAsync<UserErrorException>(async () => await PlanAsync(extension, isServer: false, await ServerAsync()));
        Assert.StartsWith("`lib/plsample.so` cannot be portable: it needs `libperl.so.5.32`", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_without_the_text_of_its_licence_is_not_carried()
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(async () => await PlanAsync(await TreeAsync(("bin/tool", Elf(["libuntold.so.1"]))), isServer: true));
        Assert.Equal("the text of the licence of the package `libuntold1`, whose files would be carried, is not in the packages", error.Message);
    }

    [Fact]
    public async Task A_file_that_still_needs_a_library_of_the_machine_is_an_error()
    {
        var server = await ServerAsync();
        var plan = await PlanAsync(server, isServer: true);
        // As if patchelf had done nothing.
        var unchanged = await TreeWalk.FindDirectoryAsync(_blobs, plan, PortablePlan.Files, Cancel);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Assembly("2.31").OfAsync(_blobs, Cancel, server, plan, unchanged!.Value));
        Assert.Contains("`bin/postgres` needs `libssl.so.1.1`, which is not where it looks: $ORIGIN/../lib", error.Details);
    }

    [Theory]
    [InlineData("GLIBC_2.32", "the portable tree needs glibc 2.32, and debian11-amd64 promises 2.31")]
    [InlineData("GLIBC_PRIVATE", "a library of the portable tree needs what belongs to one release of the C library (GLIBC_PRIVATE)")]
    public async Task What_needs_a_newer_C_library_than_is_promised_is_an_error(string version, string message)
    {
        var payload = await TreeAsync(("bin/tool", Elf(["libc.so.6"], version: version)));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => PortableAsync(payload, isServer: true));
        Assert.Equal(message, error.Message);
    }

    private Task<Digest> ServerAsync() => TreeAsync(
        ("bin/postgres", Elf(["libssl.so.1.1", "libc.so.6"], program: true, runpath: "$ORIGIN/../lib")), ("bin/psql", Elf(["libpq.so.5", "libc.so.6"], program: true, runpath: "$ORIGIN/../lib")),
        ("lib/libpq.so.5", Elf(["libssl.so.1.1", "libc.so.6"], soname: "libpq.so.5", runpath: "$ORIGIN/../lib")), ("lib/plperl.so", Elf(["libperl.so.5.32", "libc.so.6"])),
        ("share/extension/plperl.control", "module_pathname = '$libdir/plperl'\n"u8.ToArray()), ("share/extension/plperl--1.0.sql", "select 1;\n"u8.ToArray()));

    private async Task<Digest> PlanAsync(Digest payload, bool isServer, params Digest[] beside)
    {
        (string Name, (string Path, byte[] Content)[] Files)[] packages =
        [
            ("libproj19", [("usr/lib/x86_64-linux-gnu/libproj.so.19", Elf(["libc.so.6"], soname: "libproj.so.19")), ("usr/share/proj/proj.db", "coordinates"u8.ToArray()), Text("libproj19")]),
            ("libssl1.1", [("usr/lib/x86_64-linux-gnu/libssl.so.1.1", Elf(["libcrypto.so.1.1", "libc.so.6"], soname: "libssl.so.1.1")), ("usr/lib/x86_64-linux-gnu/libcrypto.so.1.1", Elf(["libc.so.6"], soname: "libcrypto.so.1.1")), Text("libssl1.1")]),
            ("libuntold1", [("usr/lib/x86_64-linux-gnu/libuntold.so.1", Elf(["libc.so.6"], soname: "libuntold.so.1"))]),
        ];
        var trees = new List<Digest>();
        foreach (var (_, files) in packages)
            trees.Add(await PutAsync(RelativePath.Root, files));
        var all = await TreeUnion.MergeAsync(_blobs, [.. trees.Select(tree => new UnionLayer(tree, Overrides: false))], Cancel);
        var locked = packages.Select(package => new LockedPackage { Name = package.Name, Version = "1.0-1", Architecture = "amd64", Sha256 = Digest.Empty.Hash, Size = 0, Path = RelativePath.Parse("pool/x.deb"), Depends = [] });
        var facts = await new LibraryPackages([.. locked]).OfAsync(_blobs, Cancel, trees.ToArray());
        return await new PortablePlan(Prefix, PgVersion.Of(15, 18), isServer).OfAsync(_blobs, Cancel, (Digest[])[payload, all, facts, .. beside]);

        static (string, byte[]) Text(string package) => ($"usr/share/doc/{package}/copyright", Encoding.UTF8.GetBytes($"Anyone may use {package}.\n"));
    }

    private async Task<Digest> PortableAsync(Digest payload, bool isServer, params Digest[] beside)
    {
        var plan = await PlanAsync(payload, isServer, beside);
        return await Assembly("2.31", isServer ? "project" : "extension").OfAsync(_blobs, Cancel, (Digest[])[payload, plan, await RewriteAsync(plan), .. beside]);
    }

    private static PortableAssembly Assembly(string glibc, string project = "project") => new(Prefix, new PortableOwner("the target", project, "debian11-amd64", glibc));

    /// <summary>What the commands of a plan give.</summary>
    private async Task<Digest> RewriteAsync(Digest plan)
    {
        var (files, tree) = (new TreeFiles(_blobs), new TreeBuilder());
        var commands = Encoding.UTF8.GetString(await _blobs.ReadAllAsync((await files.FindFileAsync(plan, PortablePlan.Commands.Child(PortablePlan.CommandsName), Cancel))!.Value, Cancel));
        foreach (var ofFile in commands.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(command => command.Split(' ').Select(word => word.Trim('\'')).ToArray()).GroupBy(words => words[^1], StringComparer.Ordinal))
        {
            var path = RelativePath.Parse(ofFile.Key["./".Length..]);
            var elf = ElfFile.Read(await _blobs.ReadAllAsync((await files.FindFileAsync(plan, PortablePlan.Files.Combine(path), Cancel))!.Value, Cancel));
            string[] words = [.. ofFile.SelectMany(words => words)];
            var renamed = words.Index().Where(word => word.Item is "--replace-needed").ToDictionary(word => words[word.Index + 1], word => words[word.Index + 2], StringComparer.Ordinal);
            var content = Elf([.. elf.Needed.Select(library => renamed.GetValueOrDefault(library, library))], elf.IsProgram, After("--set-rpath"), After("--set-soname") ?? elf.Soname);
            tree.AddFile(path, await _blobs.PutAsync(content, Cancel), executable: elf.IsProgram);

            string? After(string option) => Array.IndexOf(words, option) is >= 0 and var at ? words[at + 1] : null;
        }

        return await tree.WriteAsync(_blobs, Cancel);
    }

    private Task<Digest> TreeAsync(params (string Path, byte[] Content)[] files) => PutAsync(Prefix, files);

    private async Task<Digest> PutAsync(RelativePath directory, (string Path, byte[] Content)[] files)
    {
        var tree = new TreeBuilder();
        foreach (var (path, content) in files)
            tree.AddFile(directory.Combine(RelativePath.Parse(path)), await _blobs.PutAsync(content, Cancel), executable: path.StartsWith("bin/", StringComparison.Ordinal));
        return await tree.WriteAsync(_blobs, Cancel);
    }

    /// <summary>Every file with its digest, or with its text; then the digest of the tree.</summary>
    private async Task<string> TextOfAsync(Digest tree)
    {
        var text = new StringBuilder();
        await foreach (var entry in TreeWalk.EntriesAsync(_blobs, (await TreeWalk.FindDirectoryAsync(_blobs, tree, Prefix, Cancel))!.Value, Cancel))
        {
            if (entry is not TreeEntry.File file)
                continue;

            var content = await _blobs.ReadAllAsync(file.Content, Cancel);
            text.Append(file.Path).Append(' ').Append(file.Content).Append('\n');
            if (!ElfFile.IsElf(content))
                text.Append("    ").Append(Encoding.UTF8.GetString(content).TrimEnd('\n').Replace("\n", "\n    ", StringComparison.Ordinal)).Append('\n');
            else if (ElfFile.Read(content) is var elf)
                text.Append("    ").Append(elf.Soname ?? "-").Append(" <- ").AppendJoin(' ', elf.Needed).Append(" (").Append(elf.Runpath).Append(")\n");
        }

        return text.Append(tree).Append('\n').ToString();
    }

    private static byte[] Elf(string[] needed, bool program = false, string? runpath = null, string? soname = null, string version = "GLIBC_2.14") => new ElfBuilder
    {
        Needed = needed, Program = program, Runpath = runpath, Soname = soname, Symbols = [new ElfBuilderSymbol("f", Defined: false, Version: version)],
    }.Build();
}
