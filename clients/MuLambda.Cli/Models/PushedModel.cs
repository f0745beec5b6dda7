using MuLambda.Catalog;

namespace MuLambda.Cli.Models;

/// <summary>What a push did.</summary>
/// <param name="Created">False where the same model was there already.</param>
/// <param name="Model">The model as registered.</param>
internal sealed record PushedModel(bool Created, Model Model);
