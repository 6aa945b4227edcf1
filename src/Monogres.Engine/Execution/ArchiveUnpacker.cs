using Monogres.Core;
using Monogres.Engine.Events;
using Monogres.Engine.Steps;
using Monogres.Platforms.Composer;
using Monogres.Store;
using Monogres.Store.Archives;

namespace Monogres.Engine.Execution;

/// <summary>Runs <see cref="UnpackStep"/>: the first of its files that is available, those that the user provides first.</summary>
internal sealed class ArchiveUnpacker(EngineServices services)
{
    private readonly ArchiveTrees _archives = new(services.Blobs, services.Memo);

    /// <summary>Downloads and unpacks.</summary>
    /// <exception cref="UserErrorException">None of the files is available, or the one that came cannot be unpacked.</exception>
    public async Task<StepResult> UnpackAsync(UnpackStep step, CancellationToken cancel)
    {
        List<UserErrorException> failures = [];
        foreach (var file in step.Files.OrderByDescending(file => services.Files.IsProvided(file.File)))
        {
            try
            {
                return await UnpackAsync(step, file, cancel);
            }
            catch (UserErrorException failure)
            {
                failures.Add(failure);
            }
        }

        throw failures.Count == 1 ? failures[0] : StepErrors.NoFile(step, failures);
    }

    private async Task<StepResult> UnpackAsync(UnpackStep step, UnpackFile file, CancellationToken cancel)
    {
        var archive = (await services.Files.FetchAsync([file.File], cancel))[0];
        using var observed = new ObservedStep(step.ToString(), services.Times.Find(step.Name)?.Seconds, services.Observer, services.Time);
        try
        {
            var tree = await _archives.UnpackAsync(step.TreeIn(file), archive, cancel);
            services.Times.Add(step.Name, new StepTime(observed.Seconds, 0));
            observed.Finish();
            return new StepResult(step, tree) { File = archive };
        }
        catch (ArchiveException refused)
        {
            throw refused.ToUserError($"`{file.File.Name}`");
        }
    }
}
