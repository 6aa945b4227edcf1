using System.Collections.Immutable;
using System.Security.Cryptography;
using Google.Protobuf;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;
using Monogres.Testing.Stores;

namespace Monogres.Actions.Tests;

/// <summary>
/// The encoding that every REAPI server hashes, written out here field by field and hashed without the code under test.
/// A field is a tag (number times 8, plus 2 for a length and bytes, or 0 for a varint) and its value; fields stand in
/// the order of their numbers, and a default value is left out. The digests were also computed by a program in another language.
/// </summary>
public class CanonicalActionTests
{
    private static readonly byte[] HashOfHello = [.. "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"u8];
    private static readonly byte[] HashOfNothing = [.. "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"u8];

    private static readonly byte[] DirectoryBytes =
    [
        0x0A, 81, // files = 1: a FileNode of 81 bytes
            0x0A, 9, .. "hello.txt"u8, // name = 1
            0x12, 68, // digest = 2: a Digest of 68 bytes
                0x0A, 64, .. HashOfHello, // hash = 1
                0x10, 5, // size_bytes = 2
        0x0A, 75, // files = 1
            0x0A, 3, .. "run"u8,
            0x12, 66, // a Digest of 66 bytes: a size of 0 is the default, and not written
                0x0A, 64, .. HashOfNothing,
            0x20, 1, // is_executable = 4
        0x12, 73, // directories = 2: a DirectoryNode
            0x0A, 3, .. "sub"u8,
            0x12, 66, // an empty directory is the empty message
                0x0A, 64, .. HashOfNothing,
        0x1A, 15, // symlinks = 3: a SymlinkNode
            0x0A, 2, .. "to"u8, // name = 1
            0x12, 9, .. "hello.txt"u8, // target = 2
    ];

    private static readonly byte[] CommandBytes =
    [
        0x0A, 7, .. "/bin/sh"u8, // arguments = 1
        0x0A, 13, .. "/build/run.sh"u8,
        0x12, 14, // environment_variables = 2
            0x0A, 4, .. "HOME"u8, // name = 1
            0x12, 6, .. "/build"u8, // value = 2
        0x12, 17,
            0x0A, 6, .. "LC_ALL"u8,
            0x12, 7, .. "C.UTF-8"u8,
        0x32, 5, .. "build"u8, // working_directory = 6
        0x3A, 3, .. "out"u8, // output_paths = 7
        0x48, 1, // output_directory_format = 9: DIRECTORY_ONLY
    ];

    private static readonly byte[] ActionBytes =
    [
        0x0A, 68, // command_digest = 1
            0x0A, 64, .. HexOfHash(CommandBytes),
            0x10, 73, // its size
        0x12, 69, // input_root_digest = 2
            0x0A, 64, .. HexOfHash(DirectoryBytes),
            0x10, 0xFC, 0x01, // 252 as a varint: 0x7C with the continuation bit, then 1
        0x32, 3, // timeout = 6: a Duration
            0x08, 0xC0, 0x70, // seconds = 1: 14400 = 0x40 + 0x70 * 128
        0x4A, 17, .. "monogres-action-2"u8, // salt = 9
    ];

    private static readonly CanonicalAction Sample = new()
    {
        InputRoot = new Digest(Sha256Hash.Of(DirectoryBytes), DirectoryBytes.Length),
        Arguments = ["/bin/sh", "/build/run.sh"],
        Environment = Environment([("HOME", "/build"), ("LC_ALL", "C.UTF-8")]),
        WorkingDirectory = RelativePath.Parse("build"),
        Timeout = TimeSpan.FromHours(4),
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_directory_is_encoded_as_written_out_by_hand()
    {
        var store = new MemoryBlobStore();
        var tree = new TreeBuilder();
        tree.AddSymlink(RelativePath.Parse("to"), "hello.txt");
        tree.AddDirectory(RelativePath.Parse("sub"));
        tree.AddFile(RelativePath.Parse("run"), Digest.Empty, executable: true);
        tree.AddFile(RelativePath.Parse("hello.txt"), Digest.Of("hello"u8), executable: false);
        var root = await tree.WriteAsync(store, Cancel);
        Assert.Equal(Convert.ToHexString(DirectoryBytes), Convert.ToHexString(await store.ReadAllAsync(root, Cancel)));
        Assert.Equal("4f5bf78239064c0506134a26afdf13c661f02ca4322fefb5f897f4b790f8b4cb/252", root.ToString());
    }

    [Fact]
    public void A_command_is_encoded_as_written_out_by_hand()
    {
        Assert.Equal(Convert.ToHexString(CommandBytes), Convert.ToHexString(Sample.ToCommand().ToByteArray()));
        Assert.Equal("ae1e907091410e8bf4602ccd9294deef92d5cbd2e9939142d595b7cc3c284b2f/73", Sample.ToCommand().DigestOf().ToString());
    }

    [Fact]
    public void An_action_is_encoded_as_written_out_by_hand() =>
        Assert.Equal(Convert.ToHexString(ActionBytes), Convert.ToHexString(Sample.ToAction().ToByteArray()));

    /// <summary>Changes only together with <see cref="CanonicalAction.FormatSalt"/>: everything that was ever built is found under such digests.</summary>
    [Fact]
    public void The_key_of_an_action_is_the_same_on_every_machine() =>
        Assert.Equal("6ba63eaefc848af1160543e00624e6757dbfc0deee249a7a6f5fef43def9f0e1/165", Sample.Digest.ToString());

    [Fact]
    public async Task An_action_is_stored_with_its_command()
    {
        var store = new MemoryBlobStore();
        Assert.Equal(Sample.Digest, await Sample.StoreAsync(store, Cancel));
        Assert.Equal(ActionBytes, await store.ReadAllAsync(Sample.Digest, Cancel));
        Assert.Equal(CommandBytes, await store.ReadAllAsync(Digest.Of(CommandBytes), Cancel));
    }

    [Fact]
    public void The_environment_is_sorted_by_the_bytes_of_its_names()
    {
        string[] names = ["\U0001F418", "\uFFFD", "a_b", "a", "Z", "é"];
        var action = Sample with { Environment = Environment([.. names.Select(name => (name, "x"))]) };
        Assert.Equal(["Z", "a", "a_b", "é", "\uFFFD", "\U0001F418"], action.ToCommand().EnvironmentVariables.Select(variable => variable.Name));
    }

    [Fact]
    public void Neither_the_order_of_the_environment_nor_its_comparer_changes_the_key()
    {
        var turned = Sample with { Environment = Environment([("LC_ALL", "C.UTF-8"), ("HOME", "/build")]) };
        Assert.Equal(Sample.Digest, turned.Digest);
        var backwards = Sample with { Environment = Sample.Environment.WithComparers(Comparer<string>.Create((x, y) => string.CompareOrdinal(y, x))) };
        Assert.Equal(Sample.Digest, backwards.Digest);
    }

    public static TheoryData<string> Changes => [.. Changed.Keys];

    private static readonly Dictionary<string, CanonicalAction> Changed = new()
    {
        ["input root"] = Sample with { InputRoot = Digest.Empty },
        ["arguments"] = Sample with { Arguments = ["/bin/sh", "/build/run.sh", ""] },
        ["order of arguments"] = Sample with { Arguments = ["/build/run.sh", "/bin/sh"] },
        ["environment"] = Sample with { Environment = Sample.Environment.Add("TZ", "") },
        ["working directory"] = Sample with { WorkingDirectory = RelativePath.Root },
        ["timeout"] = Sample with { Timeout = TimeSpan.FromHours(2) },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Whatever_the_command_can_see_changes_the_key(string what) => Assert.NotEqual(Sample.Digest, Changed[what].Digest);

    [Fact]
    public void How_the_input_root_is_laid_out_does_not_change_the_key()
    {
        var one = new ActionRequest { Name = "one", Action = Sample, Layers = [Sample.InputRoot] };
        var other = one with { Name = "other", Layers = [Digest.Empty, Sample.InputRoot, Digest.Empty] };
        Assert.Equal(one.Action.Digest, other.Action.Digest);
        Assert.Equal("6ba63eaefc848af1160543e00624e6757dbfc0deee249a7a6f5fef43def9f0e1/165", other.Action.Digest.ToString());
    }

    private static ImmutableSortedDictionary<string, string> Environment((string Name, string Value)[] variables) =>
        variables.ToImmutableSortedDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal);

    private static byte[] HexOfHash(byte[] content) => System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(content)));
}
