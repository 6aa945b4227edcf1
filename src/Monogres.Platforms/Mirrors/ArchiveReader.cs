namespace Monogres.Platforms.Mirrors;

/// <summary>Opens files of an archive over HTTP or from a directory.</summary>
public static class ArchiveReader
{
    /// <summary>Opens a <c>file</c> URI from disk, any other with the client.</summary>
    /// <exception cref="HttpRequestException">The server cannot be reached, or answers with a status that is not success.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static async Task<Stream> OpenAsync(HttpClient client, Uri place, CancellationToken cancel)
    {
        if (place.IsFile)
            return new FileStream(place.LocalPath, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, useAsync: true);

        return await client.GetStreamAsync(place, cancel);
    }
}
