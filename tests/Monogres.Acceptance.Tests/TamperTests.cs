using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Monogres.Acceptance.Tests.Fixtures;

namespace Monogres.Acceptance.Tests;

/// <summary>
/// What somebody changed in a store is found: by <c>store check</c>, where what is written contradicts its name or something else, and by
/// <c>verify</c>, which builds anew and believes nothing of it.
/// </summary>
public sealed class TamperTests(World world)
{
    [Fact]
    public async Task A_changed_file_of_what_was_built_is_found_by_verify()
    {
        using var place = world.Built();
        var path = place.BlobPath(Convert.ToHexStringLower(SHA256.HashData("#!/bin/sh\necho hello from 15.1\n"u8)));
        foreach (var file in new[] { path, path + ".x" }.Where(File.Exists))
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.WriteAllText(file, "#!/bin/sh\necho hellO from 15.1\n");
        }

        (await place.RunAsync("store", "check")).ExitedWith(1);
        var verified = (await place.RunAsync("verify", FixtureIndex.Quick, "--vary", "umask")).ExitedWith(3);
        Assert.Contains("the first build is damaged in the store", verified.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("memo")]
    [InlineData("actions")]
    public async Task An_entry_that_was_swapped_for_that_of_another_is_found_by_the_check_and_not_believed(string kind)
    {
        using var place = world.Built();
        var (path, other) = await EntriesAsync(place, kind);
        File.Copy(other, path, overwrite: true);

        var found = (await place.RunAsync("store", "check")).ExitedWith(1);
        Assert.Contains($"{path}: the entry cannot be read", found.Out, StringComparison.Ordinal);
        Assert.Equal(world.Quick, await place.BuildAsync(FixtureIndex.Quick));
    }

    [Fact]
    public async Task A_memo_entry_that_was_written_anew_for_another_result_is_found_by_verify()
    {
        using var place = world.Built();
        var (path, other) = await EntriesAsync(place, "memo");
        Forge(path, other);

        var verified = (await place.RunAsync("verify", FixtureIndex.Quick, "--vary", "umask")).ExitedWith(3);
        Assert.Contains($"payload: {world.Slow.Payload[..16]} and {world.Quick.Payload[..16]}", verified.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_of_an_action_that_was_written_anew_is_found_by_the_check_and_by_verify()
    {
        using var place = world.Built();
        var (path, other) = await EntriesAsync(place, "actions");
        Forge(path, other);

        var found = (await place.RunAsync("store", "check")).ExitedWith(1);
        Assert.Contains($"the step gave another tree than the result of its action says, {path}", found.Out, StringComparison.Ordinal);

        // As in a store that has the result from elsewhere, and knows nothing of the step yet.
        File.Delete((await EntriesAsync(place, "memo")).One);
        foreach (var step in Directory.GetFiles(Path.Combine(place.Store, "memo"), "*", SearchOption.AllDirectories).Where(file => Contains(file, world.Quick.Action)))
            File.Delete(step);
        (await place.RunAsync("verify", FixtureIndex.Quick, "--vary", "umask")).ExitedWith(3);
    }

    /// <summary>The files with what is known of both targets.</summary>
    private async Task<(string One, string Other)> EntriesAsync(Place place, string kind)
    {
        return kind is "actions"
            ? (PathOf(world.Quick.Action), PathOf(world.Slow.Action))
            : (PathOf(await KeyAsync(FixtureIndex.Quick)), PathOf(await KeyAsync(FixtureIndex.Slow)));

        async Task<string> KeyAsync(string target) => (string)JsonNode.Parse((await place.RunAsync("plan", target, "--json")).Succeeded().Out)!["key"]!;

        string PathOf(string digest) => Path.Combine(place.Store, kind, digest[..2], digest.Replace('/', '-'));
    }

    /// <summary>Writes what another entry says, with the checksum that is right for it.</summary>
    private static void Forge(string path, string other)
    {
        var content = File.ReadAllBytes(other)[..^SHA256.HashSizeInBytes];
        File.WriteAllBytes(path, [.. content, .. SHA256.HashData([.. Encoding.ASCII.GetBytes(Path.GetFileName(path)), .. content])]);
    }

    private static bool Contains(string file, string digest) => File.ReadAllBytes(file).AsSpan().IndexOf(Convert.FromHexString(digest.Split('/')[0])) >= 0;
}
