using System.Collections.Immutable;
using System.Net.Http.Headers;
using Monogres.Core;
using Monogres.Sources.Git;

namespace Monogres.Sources.Upstreams;

/// <summary>A tag of a repository.</summary>
/// <param name="Name">Its name, without <c>refs/tags/</c>.</param>
/// <param name="Commit">The id of what it names; of an annotated tag, of what that stands for.</param>
public sealed record GitTag(string Name, string Commit);

/// <summary>The tags of a repository.</summary>
/// <param name="Repository">Where they were read: the address after redirects, so another one when the repository has moved.</param>
/// <param name="Tags">All of them, by name.</param>
public sealed record GitTagList(Uri Repository, ImmutableArray<GitTag> Tags)
{
    /// <summary>What a tag names, or null.</summary>
    public string? CommitOf(string tag) => Tags.FirstOrDefault(one => string.Equals(one.Name, tag, StringComparison.Ordinal))?.Commit;
}

/// <summary>
/// Lists the tags of a repository on the web without a clone: git's smart HTTP protocol, version 2, command <c>ls-refs</c>
/// (gitprotocol-http(5), gitprotocol-v2(5)). Two small requests; the first one, a GET, is what hosts redirect when a repository has moved.
/// </summary>
/// <param name="web">Asks the host.</param>
public sealed class GitTags(PoliteWeb web)
{
    private const string Service = "git-upload-pack", Prefix = "refs/tags/", Peeled = "peeled:";

    private static readonly (string, string) Version2 = ("Git-Protocol", "version=2");

    private static readonly byte[] Question = PktLines.Write(
        PktLines.Text("command=ls-refs"), PktLines.Delimiter, PktLines.Text("peel"), PktLines.Text($"ref-prefix {Prefix}"), PktLines.Flush);

    /// <summary>Lists the tags.</summary>
    /// <param name="repository">The address that <c>git clone</c> takes, http or https.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">The host does not answer, or not in this protocol.</exception>
    public async Task<GitTagList> ListAsync(Uri repository, CancellationToken cancel)
    {
        if (web.MirroredDirectory(repository) is { } clone)
            return TagsOf(clone, repository);

        var address = repository.AbsoluteUri.TrimEnd('/');
        try
        {
            var offered = await web.GetAsync(new WebQuestion(new Uri($"{address}/info/refs?service={Service}")) { Headers = [Version2], IsKept = false }, cancel);
            CheckOffer(PktLines.Read(offered.Content));
            var moved = offered.Address.AbsoluteUri is var final && final.IndexOf("/info/refs", StringComparison.Ordinal) is > 0 and var end ? final[..end] : address;
            var answer = await web.PostAsync(new WebQuestion(new Uri($"{moved}/{Service}")) { Headers = [Version2], Body = Question, BodyType = new MediaTypeHeaderValue($"application/x-{Service}-request") }, cancel);
            return new GitTagList(offered.IsFromMirror ? repository : new Uri(moved), Tags(PktLines.Read(answer.Content)));
        }
        catch (FormatException wrong)
        {
            throw UpstreamErrors.NotGit(repository, wrong);
        }
    }

    private static void CheckOffer(IEnumerable<PktLine> lines)
    {
        // Some servers name the service first, as version 1 does.
        var offer = lines.Where(line => line.Kind is PktKind.Data && !line.Text.StartsWith("# service=", StringComparison.Ordinal)).Select(line => line.Text).ToArray();
        if (offer is not ["version 2", ..])
            throw new FormatException("it does not speak version 2 of git's protocol");
        if (!offer.Any(line => line is "ls-refs" || line.StartsWith("ls-refs=", StringComparison.Ordinal)))
            throw new FormatException("it does not list references");
        if (offer.FirstOrDefault(line => line.StartsWith("object-format=", StringComparison.Ordinal)) is { } format && format is not "object-format=sha1")
            throw new FormatException($"its ids are of another kind: {format}");
    }

    // <id> refs/tags/<name>[ peeled:<id>]
    private static ImmutableArray<GitTag> Tags(IEnumerable<PktLine> lines)
    {
        var tags = new SortedDictionary<string, GitTag>(StringComparer.Ordinal);
        var ended = false;
        foreach (var line in lines)
        {
            if (line.Kind is not PktKind.Data)
            {
                ended = true;
                continue;
            }

            if (line.Text.StartsWith("ERR ", StringComparison.Ordinal))
                throw new FormatException($"it says: {line.Text[4..]}");
            if (line.Text.Split(' ') is not [var id, var name, .. var attributes] || !GitHash.IsId(id) || !name.StartsWith(Prefix, StringComparison.Ordinal))
                throw new FormatException($"`{line.Text}` is no reference");
            var commit = attributes.FirstOrDefault(one => one.StartsWith(Peeled, StringComparison.Ordinal))?[Peeled.Length..] ?? id;
            if (!GitHash.IsId(commit))
                throw new FormatException($"`{line.Text}` is no reference");
            tags[name[Prefix.Length..]] = new GitTag(name[Prefix.Length..], commit);
        }

        return ended ? [.. tags.Values] : throw new FormatException("its answer has no end");
    }

    private static GitTagList TagsOf(string directory, Uri repository)
    {
        using var clone = GitRepository.Open(directory);
        return new GitTagList(repository, [.. clone.Tags().Select(name => new GitTag(name, clone.CommitOfTag(name)!))]);
    }
}
