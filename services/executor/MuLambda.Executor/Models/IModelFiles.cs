using MuLambda.Executor.Launching;

namespace MuLambda.Executor.Models;

/// <summary>Where the files of one version are. Two are equal when they give the same files.</summary>
internal interface IModelFiles
{
    /// <summary>Changes when the files do; a version that could not be loaded is then tried again.</summary>
    long Stamp();

    /// <summary>Brings the files onto the disk.</summary>
    /// <param name="progress">Told what is waited for, and where files are fetched that they are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The files; disposing them frees what was unpacked for it.</returns>
    Task<OpenedFiles> OpenAsync(LoadProgress progress, CancellationToken cancellationToken);
}
