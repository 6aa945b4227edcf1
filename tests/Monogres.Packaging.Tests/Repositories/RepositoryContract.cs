using System.Text;
using Microsoft.Extensions.Time.Testing;
using Monogres.Core;
using Monogres.Core.Licenses;
using Monogres.Packaging.Repositories;
using Monogres.Platforms.Signatures;
using Monogres.Testing;
using Monogres.Testing.Repositories;

namespace Monogres.Packaging.Tests.Repositories;

/// <summary>What a signed repository of any kind promises.</summary>
/// <typeparam name="TPackage">Packages that tests write.</typeparam>
public abstract class RepositoryContract<TPackage> : IDisposable
{
    private int _files;

    protected static DateTimeOffset Now { get; } = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected TemporaryDirectory Place { get; } = new();

    protected FakeTimeProvider Clock { get; } = new(Now);

    protected string Repository => Place["repository"];

    /// <summary>The key of the repository.</summary>
    protected abstract TestKey Key { get; }

    /// <summary>The package that is published first.</summary>
    protected abstract TPackage First { get; }

    /// <summary>Where it is then.</summary>
    protected abstract string FirstPath { get; }

    /// <summary>Another under the same name and version.</summary>
    protected abstract TPackage Other { get; }

    /// <summary>Several that can be published together.</summary>
    protected abstract TPackage[] Several { get; }

    /// <summary>One of the project <c>held</c>, under the PostgreSQL licence.</summary>
    protected abstract TPackage Held { get; }

    /// <summary>What is signed, in messages.</summary>
    protected abstract string WhatIsSigned { get; }

    /// <summary>The kind of repository, with its article, and where clients begin.</summary>
    protected abstract (string Kind, string Folder, string KeyFile) Names { get; }

    public void Dispose()
    {
        Place.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_repository_does_not_depend_on_the_order_of_packages_or_on_how_many_came_at_once()
    {
        await PublishAsync(Several);
        var one = Contents();
        Directory.Delete(Repository, recursive: true);
        foreach (var package in Several.Reverse())
            await PublishAsync(package);
        Assert.Equal(one, Contents());
    }

    [Fact]
    public async Task The_same_file_again_changes_nothing_and_restores_what_was_lost()
    {
        await PublishAsync(First);
        var before = Contents();
        Assert.Equal(FirstPath, Assert.Single((await PublishAsync(First)).Kept).Value);
        Assert.Equal(before, Contents());
        foreach (var spoil in (Action<string>[])[File.Delete, file => File.WriteAllText(file, "x"), file => File.WriteAllBytes(file, new byte[new FileInfo(file).Length])])
        {
            spoil(At(FirstPath));
            await PublishAsync(First);
            Assert.Equal(before, Contents());
        }
    }

    [Fact]
    public async Task Another_content_for_a_published_version_is_an_error_with_both_digests()
    {
        await PublishAsync(First);
        var before = Contents();
        var published = Digest.Of(Bytes(FirstPath));
        var error = await Refused(() => PublishAsync(Other));
        Assert.EndsWith($" would replace `{FirstPath}`, which has another content", error.Message, StringComparison.Ordinal);
        Assert.Equal($"published: sha256 {published.Hash}, {published.Size} bytes", error.Details[0]);
        Assert.StartsWith("to be published: sha256 ", error.Details[1], StringComparison.Ordinal);
        Assert.Equal(before, Contents());
    }

    [Fact]
    public async Task What_may_not_be_redistributed_is_refused_by_name_and_the_repository_stays_as_it_was()
    {
        await PublishAsync(First);
        var before = Contents();
        var (file, rules) = (Write(Held), new RedistributionRules { Refused = [new RefusedLicense("PostgreSQL", "not before its change date")], Projects = [] });
        var error = await Refused(() => PublishAsync(Nothing with { Files = [file], Redistribution = rules }));
        Assert.Matches("^`held.*` is not published: not before its change date$", error.Message);
        Assert.Equal(["project: held", "licence: PostgreSQL", $"file: {file}"], error.Details);
        Assert.Equal(before, Contents());
    }

    [Fact]
    public async Task A_folder_that_is_not_a_repository_of_ours_is_refused_and_stays()
    {
        Directory.CreateDirectory(At(Names.Folder));
        Assert.Equal($"`{Repository}` is not empty, and not {Names.Kind} repository made by monogres", (await Refused(() => PublishAsync(First))).Message);
        Assert.Equal([Names.Folder], Directory.EnumerateFileSystemEntries(Repository).Select(Path.GetFileName));
        Directory.Delete(Repository, recursive: true);
        await File.WriteAllTextAsync(Repository, "a file", Cancel);
        await Refused(() => PublishAsync(First));
        File.Delete(Repository);
        Directory.CreateDirectory(Repository);
        await PublishAsync(First);
        Assert.Equal("there is no file `/nowhere/a`", (await Refused(() => PublishAsync(Nothing with { Files = ["/nowhere/a"] }))).Message);
    }

    [Fact]
    public async Task Nothing_is_signed_that_was_not_signed_by_the_same_key()
    {
        await PublishAsync(First);
        var before = Contents();
        var other = new TestKey();
        Assert.Equal($"{WhatIsSigned} is not signed by the key {other.Fingerprints[0]}", (await Refused(() => PublishAsync(Nothing, other))).Message);
        await Refused(() => PublishAsync(Nothing with { OldKey = Keyring.Parse(new TestKey().Public, "ring") }, other));
        Assert.Equal(before, Contents());

        var replacing = Nothing with { OldKey = Keyring.Parse(Key.Public, "ring") };
        await PublishAsync(replacing, other);
        await PublishAsync(replacing, other);
        await Refused(() => PublishAsync(Nothing));
        Assert.Equal(other.Fingerprints, Keyring.Parse(Bytes(Names.KeyFile), "ring").Fingerprints);
    }

    /// <summary>A publication without packages.</summary>
    protected abstract Publication Nothing { get; }

    /// <summary>Every file that clients are led to.</summary>
    protected abstract IReadOnlyList<(string Path, string Content)> Contents();

    protected abstract Task<Published> PublishAsync(Publication publication, TestKey? key = null);

    protected abstract byte[] BytesOf(TPackage package);

    protected Task<Published> PublishAsync(params TPackage[] packages) => PublishAsync(Nothing with { Files = [.. packages.Select(Write)] });

    protected ReleaseSigner Signer(TestKey? key = null) => ReleaseSigner.Read((key ?? Key).Secret, "release.key", passphrase: null, Clock);

    protected static Task<UserErrorException> Refused(Func<Task> publish) => Assert.ThrowsAsync<UserErrorException>(publish);

    /// <summary>Writes a package to a file whose own name says nothing.</summary>
    protected string Write(TPackage package)
    {
        var file = Place[$"{Interlocked.Increment(ref _files)}.package"];
        File.WriteAllBytes(file, BytesOf(package));
        return file;
    }

    protected string At(string path) => Path.Combine(Repository, path);

    protected byte[] Bytes(string path) => File.ReadAllBytes(At(path));

    protected string Text(string path) => File.ReadAllText(At(path), Encoding.Latin1);
}
