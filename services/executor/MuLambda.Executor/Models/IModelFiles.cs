namespace MuLambda.Executor.Models;

/// <summary>Where the files of one version are. Two are equal when they give the same files.</summary>
internal interface IModelFiles
{
    /// <summary>Changes when the files do; a version that could not be loaded is then tried again.</summary>
    long Stamp();

    /// <summary>Brings the files onto the disk.</summary>
    /// <param name="waiting">Told what is waited for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The files; disposing them frees what was unpacked for it.</returns>
    Task<OpenedFiles> OpenAsync(Action<string> waiting, CancellationToken cancellationToken);
}
