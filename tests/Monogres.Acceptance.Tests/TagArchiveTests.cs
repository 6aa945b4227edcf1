using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Projects;
using Monogres.Store.Archives;
using Monogres.Testing;

namespace Monogres.Acceptance.Tests;

/// <summary>
/// A release can be had as release tarball or as its tag's archive. The tag's archive cannot be fetched where these tests
/// run, so it is made here from the tarball in the form that the tag has it: other top directory, a commit in the header,
/// gzip, without what <c>make distprep</c> generates, with the file for git users that <c>make dist</c> takes away (both up
/// to 16). The release is the one that the other tests build.
/// </summary>
public sealed class TagArchiveTests
{
    private const string Version = "15.18";

    [Fact]
    public async Task The_archive_of_a_tag_gives_the_same_source_tree_action_and_payload_as_the_release_tarball()
    {
        const string target = $"postgres@{Version}+minimal";
        using var directory = new TemporaryDirectory();
        (await new Tool().RunAsync("build", target, "--output", directory["tarball"])).Succeeded();

        var index = (await IndexReader.ReadAsync(Path.Combine(Tool.Repository, "index"), default)).OrThrow();
        var release = index.DefaultServer.Release(PgVersion.Parse(Version));
        Directory.CreateDirectory(directory["mirror"]);
        var archive = directory[$"mirror/{release.Tag}.tar.gz"];
        await MakeTagArchiveAsync(release, index.StyleOf(index.DefaultServer).DropFor(release.Version), archive);

        // The same index, but the release is known by that archive alone.
        var changed = new Tool();
        changed.Environment["MONOGRES_INDEX"] = directory["index"];
        CopyIndexWith(directory["index"], archive);
        var built = (await changed.RunAsync("build", target, "--source-mirror", directory["mirror"], "--output", directory["tag"])).Succeeded();

        Assert.Contains("already built", built.Error, StringComparison.Ordinal);
        Assert.Equal(Facts(directory["tarball"]), Facts(directory["tag"]));
    }

    // Not the archives: each says of which recipe it is.
    private static (string?, string?, string?) Facts(string directory)
    {
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(directory, $"postgres-{Version}-minimal-debian12-amd64.json")))!;
        return ((string?)manifest["recipe"]!["source"], (string?)manifest["recipe"]!["action"], (string?)manifest["result"]!["payload"]);
    }

    private static async Task MakeTagArchiveAsync(Release release, IEnumerable<string> generated, string path)
    {
        var tarball = Path.ChangeExtension(path, ".tarball");
        var content = new Tool().Start("store", "cat", release.File("tarball")!.Sha256.ToString());
        await using (var copy = File.Create(tarball))
            await content.StandardOutput.BaseStream.CopyToAsync(copy);
        await content.WaitForExitAsync();

        var leftOut = GlobSet.Parse(generated);
        await using var input = await Decompression.OpenAsync(File.OpenRead(tarball), ArchiveLimits.Default, default);
        await using var reader = new TarReader(input);
        await using var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        await using var writer = new TarWriter(gzip, TarEntryFormat.Pax);
        await writer.WriteEntryAsync(new PaxGlobalExtendedAttributesTarEntry([KeyValuePair.Create("comment", release.Commit ?? new string('0', 40))]));
        var top = $"postgres-{release.Tag}/";
        if (leftOut.IsMatch("README.git"))
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, top + "README.git") { DataStream = new MemoryStream("for git users\n"u8.ToArray()) });
        while (await reader.GetNextEntryAsync(copyData: true) is { } entry)
        {
            // From 17 on the tarball is made by git, too, and has such a header of its own.
            if (entry is PaxGlobalExtendedAttributesTarEntry)
                continue;

            var name = entry.Name.TrimEnd('/')[$"postgresql-{release.Version}".Length..].TrimStart('/');
            if (leftOut.IsMatch(name))
                continue;

            var renamed = new PaxTarEntry(entry.EntryType is TarEntryType.V7RegularFile ? TarEntryType.RegularFile : entry.EntryType, top + name)
            {
                Mode = entry.Mode | UnixFileMode.GroupWrite,
            };
            if (entry.EntryType is TarEntryType.SymbolicLink)
                renamed.LinkName = entry.LinkName;
            else if (entry.DataStream is not null)
                renamed.DataStream = entry.DataStream;
            await writer.WriteEntryAsync(renamed);
        }
    }

    private static void CopyIndexWith(string to, string archive)
    {
        DocumentsTests.CopyDirectory(Path.Combine(Tool.Repository, "index"), to);
        var file = Path.Combine(to, "servers/postgres/repo.json");
        var repository = JsonNode.Parse(File.ReadAllText(file))!;
        using var content = File.OpenRead(archive);
        repository["versions"]![Version]!["files"] = new JsonObject
        {
            ["tag"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(content)), ["size"] = content.Length },
        };
        File.WriteAllText(file, repository.ToJsonString());
    }
}
