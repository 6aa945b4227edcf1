using System.Security.Cryptography;
using Monogres.Core;
using Monogres.Index.Projects;
using Monogres.Sources.Git;

namespace Monogres.Sources.Origins;

/// <summary>Compresses a file as the compressors of the pinned packages do, and says what the result is.</summary>
/// <param name="path">The absolute path of the file.</param>
/// <param name="compression">How.</param>
/// <param name="cancel">Stops.</param>
public delegate Task<Digest> CompressFile(string path, GitCompression compression, CancellationToken cancel);

/// <summary>Makes archives of commits again.</summary>
/// <param name="repository">Has the commits.</param>
/// <param name="compress">Compresses what was made.</param>
/// <param name="directory">Where an archive is while it is compressed, about 130 MB.</param>
public sealed class ArchiveMaker(GitRepository repository, CompressFile compress, string directory)
{
    private readonly GitArchiveWriter _writer = new(repository);

    /// <summary>The digests of the archive of a commit.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="top">The directory that everything in it is in.</param>
    /// <param name="compression">How it is compressed.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="GitObjectMissingException">An object of the commit is not there.</exception>
    /// <exception cref="UserErrorException">An object is damaged, or there is no room for the archive.</exception>
    public async Task<MadeArchive> MakeAsync(GitCommit commit, string top, GitCompression compression, CancellationToken cancel)
    {
        var path = Path.Combine(directory, $"{top}.tar");
        try
        {
            Digest tar;
            await using (var file = File.Create(path))
            {
                await _writer.WriteAsync(commit, top, file, cancel);
                file.Position = 0;
                tar = new Digest(new Sha256Hash(await SHA256.HashDataAsync(file, cancel)), file.Length);
            }

            return new MadeArchive(tar, await compress(path, compression, cancel));
        }
        finally
        {
            File.Delete(path);
        }
    }
}

/// <summary>The archive of a commit.</summary>
/// <param name="Tar">Its digest before compression.</param>
/// <param name="Compressed">Its digest.</param>
public sealed record MadeArchive(Digest Tar, Digest Compressed);
