using System.Globalization;
using Monogres.Core;

namespace Monogres.Sources.Upstreams;

/// <summary>Why it is not known what is new at an upstream.</summary>
public static class UpstreamErrors
{
    private const string Later = "the next run asks it again";

    /// <summary>A host wants not to be asked for a while.</summary>
    public static UserErrorException AskedToWait(string host, DateTimeOffset until) => new(
        $"{host} asks not to be asked before {until.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC", Later) { Unavailable = true };

    /// <summary>A host answered with a status that is no success.</summary>
    public static UserErrorException Refused(Uri address, HttpResponseMessage answer) => new(
        $"{Shown(address)}: answered {(int)answer.StatusCode} {answer.ReasonPhrase}".TrimEnd(), "check the address, which may have changed") { Unavailable = true };

    /// <summary>A host did not answer in time.</summary>
    public static UserErrorException Slow(Uri address, TimeSpan patience) => new(
        $"{Shown(address)}: did not answer within {patience.TotalSeconds:0} seconds", Later) { Unavailable = true };

    /// <summary>A host cannot be reached.</summary>
    public static UserErrorException Unreachable(Uri address, Exception why) => new(
        $"{Shown(address)}: {why.GetBaseException().Message}", "check the network and the proxy settings, or give a mirror with `--source-mirror`", inner: why) { Unavailable = true };

    /// <summary>A host was to be asked, and the network must not be touched.</summary>
    public static UserErrorException Offline(Uri address) => new(
        $"{Shown(address)} was not asked, because of `--offline`", "run it without `--offline`, or give a directory that has it with `--source-mirror`") { Unavailable = true };

    /// <summary>An answer is much longer than such answers are.</summary>
    public static UserErrorException TooLong(Uri address, int most) => new(
        $"{Shown(address)}: its answer has more than {most} bytes", "check the address: this is not what was asked for") { Unavailable = true };

    /// <summary>What answers is not a git server, or one of another kind.</summary>
    public static UserErrorException NotGit(Uri repository, Exception why) => new(
        $"{Shown(repository)} does not answer as a git repository: {why.Message}", "give the address that `git clone` takes", inner: why) { Unavailable = true };

    /// <summary>What a host says of its releases cannot be read.</summary>
    public static UserErrorException Malformed(Uri address, Exception why) => new(
        $"{Shown(address)} is not as it should be: {why.Message}", Later, inner: why) { Unavailable = true };

    /// <summary>A tag names another commit than the index has for it.</summary>
    public static UserErrorException TagMoved(Uri repository, GitTag tag, string known) => new(
        $"the tag {tag.Name} of {Shown(repository)} was moved: it names {tag.Commit}, and the index has {known}", "a release does not change: ask its authors; nothing was added") { ExitCode = ExitCode.NotIdentical };

    /// <summary>An archive of a tag is made of another commit than the tag names.</summary>
    public static UserErrorException OtherCommit(string address, GitTag tag, string made) => new(
        $"{address} says that it is made of commit {made}, and the tag {tag.Name} names {tag.Commit}", "the tag was moved, or the archive is another one: ask its authors before trusting either");

    /// <summary>It is not known where a host offers the archives of tags.</summary>
    public static UserErrorException NoArchives(Uri repository) => new(
        $"it is not known where {repository.Host} offers the archives of tags", "give their address with `--url`, with {tag} and {version} where they belong: `--url 'https://example.org/thing-{version}.tar.gz'`");

    /// <summary>A repository has no tag that names a version.</summary>
    public static UserErrorException NoVersions(Uri repository, int tags) => new(
        tags == 0 ? $"{Shown(repository)} has no tags" : $"none of the {tags} tags of {Shown(repository)} names a released version", "add an archive of a commit instead: `monogres index add NAME@VERSION --source https://HOST/OWNER/NAME.git@COMMIT`");

    /// <summary>A text is no address of a repository.</summary>
    public static UserErrorException NotARepository(string text) => new(
        $"`{text}` is not the address of a git repository", "write it like `https://github.com/pgvector/pgvector.git`") { ExitCode = ExitCode.Usage };

    // Credentials belong into no message.
    private static string Shown(Uri address) => address.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.UserInfo, UriFormat.UriEscaped);
}
