"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.phases = void 0;
/** The six phases in the order in which `npm start` runs them. */
exports.phases = [
    phase("01-business", "Business understanding", "business-understanding", []),
    phase("02-data", "Data understanding", "data-understanding", []),
    phase("03-prep", "Data preparation", "data-preparation", ["data/interim"]),
    phase("04-model", "Modeling", "modeling", ["data/interim"]),
    phase("05-eval", "Evaluation", "evaluation", []),
    phase("06-deploy", "Deployment", "deployment", ["models"]),
];
function phase(folder, title, name, products) {
    return { folder, title, notebook: `notebooks/${folder}/${name}.ipynb`, products };
}
//# sourceMappingURL=phases.js.map