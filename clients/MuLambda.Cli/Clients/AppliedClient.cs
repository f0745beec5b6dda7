namespace MuLambda.Cli.Clients;

/// <summary>What an apply did.</summary>
/// <param name="Created">False where the client was registered before.</param>
/// <param name="Client">The client as registered.</param>
internal sealed record AppliedClient(bool Created, Catalog.Client Client);
