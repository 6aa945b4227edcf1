using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Monogres.Core;

namespace Monogres.Sources.Git;

/// <summary>
/// Asks a git server which commits of other repositories a commit has as submodules: an archive of its files has only their empty
/// directories. One request of git's protocol (version 2, gitprotocol-v2(5)) for the trees of the commit, without any file.
/// </summary>
/// <param name="network">Makes the network, when it is needed.</param>
public sealed class GitSubmodules(Func<HttpMessageHandler> network)
{
    private const int LargestAnswer = 256 << 20;

    /// <summary>The submodules of a commit: the commit of each, by its path.</summary>
    /// <param name="repository">The repository, by <c>https</c>.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">The server does not answer, or not with that commit.</exception>
    public async Task<ImmutableSortedDictionary<string, string>> FindAsync(Uri repository, string commit, CancellationToken cancel)
    {
        using var client = new HttpClient(network(), disposeHandler: true) { MaxResponseContentBufferSize = LargestAnswer, Timeout = TimeSpan.FromMinutes(2) };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{repository.AbsoluteUri.TrimEnd('/')}/git-upload-pack")) { Content = new ByteArrayContent(Request(commit)) };
        request.Headers.Add("Git-Protocol", "version=2");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-git-upload-pack-result"));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-git-upload-pack-request");
        try
        {
            using var answer = await client.SendAsync(request, cancel);
            answer.EnsureSuccessStatusCode();
            return In(PackReader.Read(PackIn(await answer.Content.ReadAsByteArrayAsync(cancel))), commit);
        }
        catch (Exception e) when (e is HttpRequestException or InvalidDataException or IOException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            throw GitErrors.NoAnswer(repository, commit, e);
        }
    }

    /// <summary>The request for the trees of a commit.</summary>
    internal static byte[] Request(string commit) => Encoding.ASCII.GetBytes(
        $"{Line("command=fetch\n")}{Line("object-format=sha1\n")}0001{Line("no-progress\n")}{Line("ofs-delta\n")}{Line("deepen 1\n")}{Line("filter blob:none\n")}{Line($"want {commit}\n")}{Line("done\n")}0000");

    private static string Line(string text) => (text.Length + 4).ToString("x4", CultureInfo.InvariantCulture) + text;

    /// <summary>The pack of an answer: what its first band brings behind the line <c>packfile</c>.</summary>
    /// <exception cref="InvalidDataException">The answer has none, or the server reports an error.</exception>
    internal static ReadOnlyMemory<byte> PackIn(ReadOnlySpan<byte> answer)
    {
        var pack = new MemoryStream();
        var inPack = false;
        while (answer.Length >= 4)
        {
            if (!Utf8Parser.TryParse(answer[..4], out int length, out var digits, 'x') || digits != 4 || length > answer.Length)
                throw new InvalidDataException("the answer is cut off");

            // Lengths below that of a length mark the ends of sections.
            var line = length < 4 ? [] : answer[4..length];
            answer = answer[Math.Max(length, 4)..];
            if (line.StartsWith("ERR "u8) || (inPack && line is [3, ..]))
                throw new InvalidDataException(Encoding.UTF8.GetString(line[(inPack ? 1 : 4)..]).Trim());
            if (line.StartsWith("packfile"u8))
                inPack = true;
            else if (inPack && line is [1, ..])
                pack.Write(line[1..]);
        }

        return pack.Length > 0 ? pack.ToArray() : throw new InvalidDataException("the answer has no pack");
    }

    private static ImmutableSortedDictionary<string, string> In(IReadOnlyDictionary<string, GitObject> objects, string commit)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var pending = new Stack<(string Tree, string Above)>([(TreeOf(objects, commit), "")]);
        while (pending.TryPop(out var next))
        {
            foreach (var entry in GitEntry.In(objects.GetValueOrDefault(next.Tree) ?? throw new InvalidDataException("a directory is not in the answer"), next.Tree, next.Above))
            {
                if (entry.Kind is GitEntryKind.Submodule)
                    found[entry.Path] = entry.Id;
                else if (entry.Kind is GitEntryKind.Directory)
                    pending.Push((entry.Id, entry.Path + "/"));
            }
        }

        return found.ToImmutable();
    }

    // The first line of a commit names its tree.
    private static string TreeOf(IReadOnlyDictionary<string, GitObject> objects, string commit) =>
        objects.GetValueOrDefault(commit) is { Kind: GitObjectKind.Commit } found && Encoding.UTF8.GetString(found.Content.Span).Split('\n')[0].Split(' ') is ["tree", var tree]
            ? tree
            : throw new InvalidDataException("the commit is not in the answer");
}
